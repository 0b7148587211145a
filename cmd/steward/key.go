package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"steward/store/ledger"
)

func (p program) keyCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "key", Short: "Make and show the key that signs the record", Args: cobra.NoArgs}
	cmd.AddCommand(p.keyNewCommand(), p.keyShowCommand())
	return cmd
}

func (p program) keyNewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "new", Short: "Make a signing key", Args: cobra.NoArgs,
		Long: "Prints the secret key, or writes it to a file that only its owner reads; the public half, which everybody may know, is\n" +
			"printed beside it. Bring the secret as signing_key (STEWARD_SIGNING_KEY_FILE) and keep it where the database is not: whoever\n" +
			"has both can write a new record and sign it. Give the public half to your auditor.\n\n" +
			"To change keys name the file of the present one with --after: the new file then has both, the new key vouched for by the old\n" +
			"one, and takes its place. What older keys signed stays verifiable.",
		RunE: p.keyNew,
	}
	cmd.Flags().String("name", "", "what the record is called in its checkpoints, as in example.com/steward; a new one gets a random name")
	cmd.Flags().String("out", "", "write the secret key to this new file instead of printing it")
	cmd.Flags().String("after", "", "the file of the present key, which vouches for the new one and has its name")
	return cmd
}

func (p program) keyNew(cmd *cobra.Command, _ []string) error {
	name, err := cmd.Flags().GetString("name")
	if err != nil {
		return err
	}
	file, err := cmd.Flags().GetString("out")
	if err != nil {
		return err
	}
	after, err := cmd.Flags().GetString("after")
	if err != nil {
		return err
	}
	text, err := newKeyAfter(name, after)
	if err != nil {
		return err
	}
	k, err := parseSigning(text)
	if err != nil {
		return err
	}
	if file != "" {
		if err := writeKey(file, text); err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.out, k.Public())
		return err
	}
	fmt.Fprintf(p.err, "public: %s\n", k.Public())
	_, err = fmt.Fprintln(p.out, text)
	return err
}

// newKeyAfter makes a key; with the file of an older one, one for the same log, with the older below it.
func newKeyAfter(name, file string) (string, error) {
	if file == "" {
		return newSigningKey(name)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("--after: %w", err)
	}
	present, err := parseSigning(string(text))
	if err != nil {
		return "", fmt.Errorf("--after: %s: %w", file, err)
	}
	if name != "" && name != present.Name() {
		return "", fmt.Errorf("the key in %s is for a log called %s: leave out --name", file, present.Name())
	}
	made, err := newSigningKey(present.Name())
	return made + "\n" + strings.TrimSpace(string(text)), err
}

func (p program) keyShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show", Short: "Print the public half of the key in use", Args: cobra.NoArgs,
		Long: "Prints the public key of the settings in force, as auditors need it. With --pem as openssl reads it.",
		RunE: p.keyShow,
	}
	cmd.Flags().Bool("pem", false, "print it as PEM")
	addFlags(cmd.Flags(), "signing_key")
	return cmd
}

func (p program) keyShow(cmd *cobra.Command, _ []string) error {
	asPEM, err := cmd.Flags().GetBool("pem")
	if err != nil {
		return err
	}
	l, err := p.loadConfig(cmd.Flags())
	if err != nil {
		return err
	}
	k, err := l.keyInUse()
	if err != nil {
		return err
	}
	if !asPEM {
		_, err = fmt.Fprintln(p.out, k.Public())
		return err
	}
	text, err := k.Public().PEM()
	if err == nil {
		_, err = p.out.Write(text)
	}
	return err
}

// keyInUse is the key that serve would sign with, made by nobody here.
func (l loadedConfig) keyInUse() (ledger.Key, error) {
	key, err := l.presentKey()
	if err == nil && key.Zero() {
		err = errors.New("there is no signing key yet: serve makes one beside a SQLite file; for Postgres set signing_key to one of steward key new")
	}
	return key, err
}
