package teams

import (
	"log/slog"
	"testing"
	"time"
)

func TestProbeKeys(t *testing.T) {
	keys := rsaKeys()
	iss := newIssuer(t, jwkOf("one", &keys[0].PublicKey, "msteams", "webchat"), jwkOf("two", &keys[1].PublicKey, "webchat"))
	cfg := VerifierConfig{
		Cloud: CloudPublic, MetadataURL: iss.metadata(), Loopback: true, Now: iss.now, Log: slog.New(slog.DiscardHandler),
	}
	if all, endorsed, err := ProbeKeys(t.Context(), cfg); all != 2 || endorsed != 1 || err != nil {
		t.Errorf("%d keys, %d endorsed, %v", all, endorsed, err)
	}
	iss.answer(500)
	if all, endorsed, err := ProbeKeys(t.Context(), cfg); all != 0 || endorsed != 0 || err == nil {
		t.Errorf("%d keys, %d endorsed, %v", all, endorsed, err)
	}
}

func TestCertificateEnd(t *testing.T) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	end := from.Add(24 * time.Hour) // long ago, and yet told
	cert, key := certificate(t, rsaKeys()[0], from, end)
	if got, err := CertificateEnd(append(key, cert...)); !got.Equal(end) || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := CertificateEnd(cert); err == nil || !got.IsZero() {
		t.Errorf("a certificate without its key ends %v", got)
	}
}
