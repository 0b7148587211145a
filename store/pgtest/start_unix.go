//go:build unix

package pgtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// script makes a cluster, says ready, waits until its standard input closes,
// then stops the server and removes everything. Its arguments are the directory
// of the programs, its own directory and lines for postgresql.conf. The server
// is its own child, so that it is waited for; pg_ctl would leave that to init.
const script = `
bin=$1 dir=$2
shift 2
trap 'rm -rf "$dir"' EXIT
fail() { tail -n 20 "$dir/log" >&2; exit 1; }
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C -N >"$dir/log" 2>&1 || fail
printf '%s\n' "$@" >>"$dir/data/postgresql.conf"
"$bin/postgres" -D "$dir/data" >>"$dir/log" 2>&1 &
server=$!
until grep -q '^ready' "$dir/data/postmaster.pid" 2>/dev/null; do
	kill -0 "$server" 2>/dev/null || fail
	sleep 0.05
done
echo ready
cat >/dev/null
kill -QUIT "$server" && wait "$server"
exit 0
`

const ready = "ready\n"

// local is a private server.
type local struct {
	url   url.URL
	shell *exec.Cmd
	stdin io.Closer // closing it ends the server
}

func start(o options) (*local, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(place(o), "steward-pg-")
	if err != nil {
		return nil, err
	}
	attr, err := ordinaryUser(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	args := append([]string{"-c", script, "sh", bin, dir}, settings(dir, o)...)
	shell := exec.Command("sh", args...) //nolint:gosec,noctx // our own script; it lives as long as its standard input is open
	shell.SysProcAttr = attr
	shell.Dir = "/"
	shell.Env = environment()
	l := &local{shell: shell, url: url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}, "port": {port}, "sslmode": {"disable"}}.Encode(),
	}}
	if err := l.run(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return l, nil
}

// place is where a cluster's directory goes. The path of its socket is limited
// to about 100 bytes, so it is not that of t.TempDir.
func place(o options) string {
	if dir := ramDisk(); dir != "" && !o.durable {
		return dir
	}
	return "/tmp"
}

// run starts the script and returns when the server takes connections.
func (l *local) run() error {
	stdin, err := l.shell.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := l.shell.StdoutPipe()
	if err != nil {
		return err
	}
	var complaint bytes.Buffer
	l.shell.Stderr = &complaint
	l.stdin = stdin
	if err := l.shell.Start(); err != nil {
		return fmt.Errorf("start a private Postgres: %w", err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if line == ready {
		return nil
	}
	return fmt.Errorf("a private Postgres does not start: %s", strings.TrimSpace(errors.Join(err, l.stop()).Error()+"\n"+complaint.String()))
}

// stop ends the server and waits until its directory is gone.
func (l *local) stop() error {
	if err := l.stdin.Close(); err != nil {
		return err
	}
	// The script has its own time limits; this one is for a machine that hangs.
	kill := time.AfterFunc(time.Minute, func() { _ = l.shell.Process.Kill() })
	defer kill.Stop()
	return l.shell.Wait()
}

// ordinaryUser says how to start the script: in a process group of its own, so
// that a Ctrl-C reaches the tests and not their database under them, and not as
// root. It gives dir to the user it names.
func ordinaryUser(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 31)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 31)
		if err := errors.Join(errUID, errGID); err != nil {
			return nil, err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, os.Chown(dir, int(uid), int(gid))
	}
	return nil, errors.New("postgres does not run as root, and there is no user postgres or nobody")
}

// port is only part of the socket's name.
const port = "5432"

// settings are the lines added to postgresql.conf.
func settings(dir string, o options) []string {
	lines := []string{
		"listen_addresses = ''",
		"unix_socket_directories = '" + dir + "'",
		"port = " + port,
		"max_connections = 300",
		"wal_level = minimal",
		"max_wal_senders = 0",
	}
	if o.durable {
		return append(lines, "fsync = on", "synchronous_commit = on", "full_page_writes = on")
	}
	return append(lines,
		"fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")
}

// environment is ours without the variables that would steer Postgres.
func environment() []string {
	var kept []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PG") {
			kept = append(kept, v)
		}
	}
	return append(kept, "LC_ALL=C")
}
