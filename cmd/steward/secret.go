package main

import "log/slog"

// redacted stands wherever a secret would be printed.
const redacted = "[redacted]"

// secret is a text that no formatting, encoding or logging shows. Only reveal gives it.
type secret struct{ text string }

// reveal gives the secret itself.
func (s secret) reveal() string { return s.text }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *secret) UnmarshalText(b []byte) error { //nolint:unparam // the interface asks for an error
	s.text = string(b)
	return nil
}

// String implements fmt.Stringer.
func (s secret) String() string { return redacted }

// GoString implements fmt.GoStringer, for %#v.
func (s secret) GoString() string { return redacted }

// MarshalText implements encoding.TextMarshaler, for JSON and YAML.
func (s secret) MarshalText() ([]byte, error) { //nolint:unparam // the interface asks for an error
	return []byte(redacted), nil
}

// LogValue implements slog.LogValuer.
func (s secret) LogValue() slog.Value { return slog.StringValue(redacted) }
