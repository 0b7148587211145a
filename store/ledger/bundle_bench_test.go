//go:build unix

package ledger_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"steward/store/ledger"
)

// million is the record of a company that has decided a lot.
const million = 1_000_000

// millionEntries makes entries as decisions leave them, ten about each request.
func millionEntries() [][]byte {
	out := make([][]byte, 0, million)
	for i := range million {
		out = append(out, fmt.Appendf(nil, `{"v":1,"about":{"kind":"request","id":"AIR-%d"},"n":%d,"at":%d,"actor":"P-%04d","via":{"surface":"slack","link":"A-%04d"},"what":"decided","data":{"approve":true,"id":3,"revision":2,"roles":["ciso"],"round":1,"stage":"experts","why_entitled":"holder"},"round":1,"revision":2,"after":{"status":"open","stage":1,"round":1,"revision":2,"seq":%d},"build":"v1.2.3","policy":"4f1cc0a3f2b76e3a0f6d1d5f2f6c4d0c3f1b4a5968778695a4b3c2d1e0f10213"}`,
			1+i/10, 1+i%10, 1_795_000_000_000+i*1000, i%900, i%900, i%10))
	}
	return out
}

// cpu gives the time that this process, or those that it has run, have computed.
func cpu(b *testing.B, who int) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCheckBundle measures how many records a second are checked in a bundle of a million, and prints the ratio to what
// unzip -p and sha256sum need for the same file in the same run. The aim is 300,000 records a second; on a machine that has
// other work to do, the figure for each second of computing says whether it is met.
func BenchmarkCheckBundle(b *testing.B) {
	l := &log{entries: millionEntries(), key: newKey(b, "example.com/steward")}
	l.note = noteOf(b, l, l.key)
	bundle := l.bundle(b, all)
	file := filepath.Join(b.TempDir(), "evidence.zip")
	if err := os.WriteFile(file, bundle, 0o600); err != nil {
		b.Fatal(err)
	}
	l.entries = nil
	opts := ledger.CheckOptions{Keys: []ledger.Verifier{l.key.Public()}}
	var ours, theirs, oursCPU, theirsCPU time.Duration
	for b.Loop() {
		begun, computed := time.Now(), cpu(b, syscall.RUSAGE_SELF)
		r, err := ledger.CheckBundle(bytes.NewReader(bundle), int64(len(bundle)), opts)
		ours += time.Since(begun)
		oursCPU += cpu(b, syscall.RUSAGE_SELF) - computed
		if err != nil || r.Records != million || len(r.Problems) != 1 { // the manifest of these tests speaks of an erased text
			b.Fatal(err, r.Records, r.Problems)
		}
		begun, computed = time.Now(), cpu(b, syscall.RUSAGE_CHILDREN)
		sh := exec.CommandContext(b.Context(), "sh", "-c", `unzip -p "$0" record/records.jsonl | sha256sum`, file)
		if out, err := sh.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		theirs += time.Since(begun)
		theirsCPU += cpu(b, syscall.RUSAGE_CHILDREN) - computed
	}
	b.ReportMetric(float64(b.N)*million/ours.Seconds(), "records/s")
	b.ReportMetric(float64(b.N)*million/theirs.Seconds(), "unzip-sha256sum/s")
	b.ReportMetric(float64(b.N)*million/oursCPU.Seconds(), "records/cpu-s")
	b.ReportMetric(float64(b.N)*million/theirsCPU.Seconds(), "unzip-sha256sum/cpu-s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
	b.ReportMetric(float64(len(bundle))/1e6, "MB")
}
