package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// The figures that a small installation can count on.
const (
	maxBinary = 40 << 20   // bytes, stripped
	maxIdle   = 60_000_000 // bytes resident, without demo, a second after it is ready
	maxReady  = 300 * time.Millisecond
)

func TestBinarySize(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "steward")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("stripped binary: %.1f MB", float64(info.Size())/(1<<20))
	if info.Size() > maxBinary {
		t.Errorf("the stripped binary has %d bytes, want at most %d", info.Size(), maxBinary)
	}
}

func TestIdleMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("resident memory is read from /proc, which only Linux has")
	}
	l := &load{t: t, binary: buildBinary(t), dsn: "sqlite:" + filepath.Join(t.TempDir(), "steward.db")}
	cmd, _ := l.start()
	time.Sleep(time.Second) // idle is a second in which nothing happens
	got := resident(t, cmd.Process.Pid)
	t.Logf("idle: %.1f MB resident", float64(got)/(1<<20))
	if got > maxIdle {
		t.Errorf("%d bytes resident, want at most %d", got, maxIdle)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("orderly stop: %v", err)
	}
}

// resident reads the resident memory of a process, in bytes.
func resident(t *testing.T, pid int) int {
	t.Helper()
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(string(bytes.Fields(raw)[1]))
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// TestReady starts the program without demo until it was ready in time once: what else this machine does at the moment can
// make it slower, and nothing makes it faster than it is. The first start makes the database.
func TestReady(t *testing.T) {
	l := &load{t: t, binary: buildBinary(t), dsn: "sqlite:" + filepath.Join(t.TempDir(), "steward.db")}
	best := time.Hour
	for range 10 {
		start := time.Now()
		cmd, _ := l.start()
		best = min(best, time.Since(start))
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("orderly stop: %v", err)
		}
		if best < maxReady {
			break
		}
	}
	t.Logf("ready after %d ms", best.Milliseconds())
	if best > maxReady {
		t.Errorf("ready after %s at best, want %s", best, maxReady)
	}
}

// BenchmarkReady measures from the start of the process to the first 200 of /readyz, on a fresh SQLite file (migrations
// included) and on one that exists, beside `steward version`, which only starts the process. The aim is 300 ms.
func BenchmarkReady(b *testing.B) {
	binary := buildBinary(b)
	var bare, fresh, again time.Duration
	for range b.N {
		start := time.Now()
		if err := exec.CommandContext(b.Context(), binary, "version").Run(); err != nil {
			b.Fatal(err)
		}
		bare += time.Since(start)
		l := &load{t: b, binary: binary, dsn: "sqlite:" + filepath.Join(b.TempDir(), "steward.db")}
		for _, sum := range []*time.Duration{&fresh, &again} {
			start := time.Now()
			cmd, _ := l.start()
			*sum += time.Since(start)
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				b.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				b.Fatal(err)
			}
		}
	}
	n := float64(b.N)
	b.ReportMetric(float64(fresh.Milliseconds())/n, "fresh-ms")
	b.ReportMetric(float64(again.Milliseconds())/n, "again-ms")
	b.ReportMetric(again.Seconds()/bare.Seconds(), "ratio-to-version")
	b.ReportMetric(0, "ns/op")
}
