package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // zones of people, wherever the program runs
)

func main() { os.Exit(run()) }

// run is main with an exit code. The first signal asks for an orderly stop, the second one ends the program.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		stop() // from here on a signal does what it does by default
	}()
	p := program{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ(), now: time.Now}
	return p.run(ctx, os.Args[1:])
}
