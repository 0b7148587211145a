package mail

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"

	"steward/workflows"
)

var errAddress = errors.New("no address that mail can be sent to, as in steward@example.com")

// ParseSender reads who our mail is from: an address, or a name with one, as in Steward <steward@example.com>. Control
// characters and addresses beyond ASCII are refused.
func ParseSender(text string) (mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || !Sendable(a.Address) || strings.ContainsFunc(a.Name, unicode.IsControl) {
		return mail.Address{}, errAddress
	}
	return *a, nil
}

// Sendable says that an address can be put into commands and headers as it is: an ASCII mailbox at a named domain, without
// quotes, comments or literals.
func Sendable(address string) bool {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || a.Name != "" || len(address) > 254 {
		return false
	}
	domain := workflows.AddressDomain(address)
	return len(address)-len(domain)-1 <= 64 && domain != "" && hostname(domain) && !strings.ContainsFunc(address, func(c rune) bool {
		return c <= ' ' || c > '~' || strings.ContainsRune(`"(),:;<>[\]`, c)
	})
}
