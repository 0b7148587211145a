package mail

import "encoding/json"

// Secret is a text that no formatting, encoding or logging shows.
type Secret struct{ text string }

// NewSecret makes a secret.
func NewSecret(text string) Secret { return Secret{text} }

// String implements [fmt.Stringer].
func (s Secret) String() string { return "[redacted]" }

// GoString implements [fmt.GoStringer], for %#v.
func (s Secret) GoString() string { return "[redacted]" }

// MarshalJSON implements [json.Marshaler]; slog's JSON handler uses it, too.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }
