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
	maxBinary = 45 << 20   // bytes, stripped
	maxIdle   = 60_000_000 // bytes resident, without demo, a second after it is ready
	maxDemo   = 90_000_000 // bytes resident, at the most, until the demo is ready
)

// buildRelease builds the binary as a release has it.
func buildRelease(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "steward")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

func TestBinarySize(t *testing.T) {
	binary := buildRelease(t)
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
	l := &load{t: t, binary: buildRelease(t), dsn: "sqlite:" + filepath.Join(t.TempDir(), "steward.db")}
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

// peak reads the most memory that a process ever had resident, in bytes.
func peak(tb testing.TB, pid int) int {
	tb.Helper()
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := bytes.Cut(raw, []byte("VmHWM:"))
	kb, err := strconv.Atoi(string(bytes.Fields(rest)[0]))
	if err != nil {
		tb.Fatal(err)
	}
	return kb << 10
}

// demoStart is one start of the demo, from the start of the process to the first 200 of /readyz.
type demoStart struct {
	ready time.Duration
	cpu   time.Duration // of the whole run
	peak  int           // bytes resident at the most, 0 where the system does not tell
}

func startDemoBinary(tb testing.TB, binary string) demoStart {
	tb.Helper()
	l := &load{t: tb, binary: binary, args: []string{"--demo"}}
	start := time.Now()
	cmd, _ := l.start()
	s := demoStart{ready: time.Since(start)}
	if runtime.GOOS == "linux" {
		s.peak = peak(tb, cmd.Process.Pid)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		tb.Errorf("orderly stop: %v", err)
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return s
}

// TestDemoMemory starts the demo with its history. How long that takes is told and not judged: it depends on the machine.
func TestDemoMemory(t *testing.T) {
	s := startDemoBinary(t, buildBinary(t))
	t.Logf("ready after %d ms, %.1f MB resident at the most", s.ready.Milliseconds(), float64(s.peak)/1e6)
	if s.peak > maxDemo {
		t.Errorf("%d bytes resident, want at most %d", s.peak, maxDemo)
	}
}

// BenchmarkDemoReady measures the start of the demo with its history. The aim is 2 s.
func BenchmarkDemoReady(b *testing.B) {
	binary := buildBinary(b)
	var ready, cpu time.Duration
	most := 0
	for range b.N {
		s := startDemoBinary(b, binary)
		ready, cpu, most = ready+s.ready, cpu+s.cpu, max(most, s.peak)
	}
	n := float64(b.N)
	b.ReportMetric(float64(ready.Milliseconds())/n, "ready-ms")
	b.ReportMetric(float64(cpu.Milliseconds())/n, "cpu-ms")
	b.ReportMetric(float64(most)/1e6, "peak-MB")
	b.ReportMetric(0, "ns/op")
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
