package workflows_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"steward/workflows"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// local parses a time on somebody's wall.
func local(t testing.TB, z *time.Location, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, z)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestHoursAdd(t *testing.T) {
	tests := []struct {
		name, zone, from string
		add              time.Duration
		want             string
		holidays         map[string]string
	}{
		{"within a day", "Europe/Berlin", "2026-11-02 10:00", 2 * time.Hour, "2026-11-02 12:00", nil},
		{"to the end of a day", "Europe/Berlin", "2026-11-02 09:00", 8 * time.Hour, "2026-11-02 17:00", nil},
		{"into the next day", "Europe/Berlin", "2026-11-02 16:00", 2 * time.Hour, "2026-11-03 10:00", nil},
		{"over a weekend", "Europe/Berlin", "2026-11-06 16:00", 2 * time.Hour, "2026-11-09 10:00", nil},
		{"from a Sunday", "Europe/Berlin", "2026-11-08 03:00", time.Hour, "2026-11-09 10:00", nil},
		{"from before work", "Europe/Berlin", "2026-11-02 05:00", time.Hour, "2026-11-02 10:00", nil},
		{"from after work", "Europe/Berlin", "2026-11-02 21:00", time.Hour, "2026-11-03 10:00", nil},
		{"over a holiday", "Europe/Berlin", "2026-12-24 16:00", 2 * time.Hour, "2026-12-28 10:00", map[string]string{"2026-12-25": "Christmas"}},
		{"nothing", "Europe/Berlin", "2026-11-07 12:00", 0, "2026-11-09 09:00", nil},
		// A working day has eight hours, whatever the clocks do that night.
		{"Berlin, clocks go forward", "Europe/Berlin", "2026-03-27 16:00", 2 * time.Hour, "2026-03-30 10:00", nil},
		{"Berlin, clocks go back", "Europe/Berlin", "2026-10-23 16:00", 2 * time.Hour, "2026-10-26 10:00", nil},
		{"New York, clocks go forward", "America/New_York", "2026-03-06 16:00", 2 * time.Hour, "2026-03-09 10:00", nil},
		{"New York, clocks go back", "America/New_York", "2026-10-30 16:00", 2 * time.Hour, "2026-11-02 10:00", nil},
		{"Lord Howe, half an hour forward", "Australia/Lord_Howe", "2026-10-02 16:30", 2 * time.Hour, "2026-10-05 10:30", nil},
		{"Lord Howe, half an hour back", "Australia/Lord_Howe", "2026-04-03 16:30", 2 * time.Hour, "2026-04-06 10:30", nil},
		// In Santiago the clocks skip midnight itself.
		{"Santiago, midnight is skipped", "America/Santiago", "2026-09-04 16:00", 2 * time.Hour, "2026-09-07 10:00", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			z := zone(t, tt.zone)
			h := workflows.Hours{Zone: z, Holidays: tt.holidays}
			from, want := local(t, z, tt.from), local(t, z, tt.want)
			got := h.Add(from, tt.add)
			if !got.Equal(want) {
				t.Errorf("%s + %s = %s, want %s", from, tt.add, got, want)
			}
			if worked := h.Between(from, got); worked != tt.add {
				t.Errorf("between them %s are worked, not %s", worked, tt.add)
			}
		})
	}
}

// TestHoursOnClockChange works through the nights themselves: a shift from 1 to 4 o'clock on the days the clocks change.
func TestHoursOnClockChange(t *testing.T) {
	tests := []struct {
		name, zone, day string
		start, end      string // UTC
		worked          time.Duration
	}{
		{"Berlin forward, an hour less", "Europe/Berlin", "2026-03-29 12:00", "2026-03-29 00:30", "2026-03-29 02:00", 90 * time.Minute},
		{"Berlin back, an hour more", "Europe/Berlin", "2026-10-25 12:00", "2026-10-24 23:30", "2026-10-25 03:00", 210 * time.Minute},
		{"New York forward", "America/New_York", "2026-03-08 12:00", "2026-03-08 06:30", "2026-03-08 08:00", 90 * time.Minute},
		{"New York back, half past one comes twice", "America/New_York", "2026-11-01 12:00", "2026-11-01 05:30", "2026-11-01 09:00", 210 * time.Minute},
		{"Lord Howe forward, half an hour less", "Australia/Lord_Howe", "2026-10-04 12:00", "2026-10-03 15:00", "2026-10-03 17:00", 2 * time.Hour},
		{"Lord Howe back, half past one comes twice", "Australia/Lord_Howe", "2026-04-05 12:00", "2026-04-04 14:30", "2026-04-04 17:30", 3 * time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			z := zone(t, tt.zone)
			h := workflows.Hours{Zone: z, From: 90 * time.Minute, To: 4 * time.Hour, Weekend: []time.Weekday{}}
			day := local(t, z, tt.day)
			if got := h.Start(day).UTC().Format("2006-01-02 15:04"); got != tt.start {
				t.Errorf("starts %s, want %s", got, tt.start)
			}
			end := h.Start(day).Add(h.Between(h.Start(day), day)).UTC()
			if got := end.Format("2006-01-02 15:04"); got != tt.end {
				t.Errorf("ends %s, want %s", got, tt.end)
			}
			if got := h.Between(day.Add(-12*time.Hour), day); got != tt.worked {
				t.Errorf("worked %s, want %s", got, tt.worked)
			}
		})
	}
}

func TestHoursStartInGap(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	h := workflows.Hours{Zone: z, From: 2*time.Hour + 30*time.Minute, To: 6 * time.Hour}
	if got := h.Start(local(t, z, "2026-03-29 12:00")).UTC().Format("15:04"); got != "01:00" {
		t.Errorf("half past two does not exist that day; the first instant after the gap is 01:00 UTC, got %s", got)
	}
}

func TestHoursWorking(t *testing.T) {
	z := zone(t, "Asia/Dubai")
	h := workflows.Hours{Zone: z, From: 8 * time.Hour, To: 16*time.Hour + 30*time.Minute, Weekend: []time.Weekday{time.Friday, time.Saturday}}
	for when, want := range map[string]bool{
		"2026-11-05 08:00": true, "2026-11-05 16:29": true, "2026-11-05 16:30": false, "2026-11-05 07:59": false,
		"2026-11-06 10:00": false, "2026-11-07 10:00": false, "2026-11-08 10:00": true,
	} {
		if got := h.Working(local(t, z, when)); got != want {
			t.Errorf("%s: working %t", when, got)
		}
	}
	if got := h.Next(local(t, z, "2026-11-05 17:00")); !got.Equal(local(t, z, "2026-11-08 08:00")) {
		t.Errorf("next working instant %s", got)
	}
	var nobody workflows.Hours
	if got := nobody.Start(time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC)); got.Hour() != 9 || got.Location() != time.UTC {
		t.Errorf("the zero value works from 9 to 17 UTC, starts %s", got)
	}
}

func TestHoursMorning(t *testing.T) {
	z := zone(t, "Europe/Madrid")
	h := workflows.Hours{Zone: z, Holidays: map[string]string{"2026-11-09": "Almudena"}}
	for n, want := range map[int]string{0: "2026-11-03 09:00", 1: "2026-11-03 09:00", 3: "2026-11-05 09:00", 5: "2026-11-10 09:00"} {
		if got := h.Morning(local(t, z, "2026-11-02 23:50"), n); !got.Equal(local(t, z, want)) {
			t.Errorf("morning %d is %s, want %s", n, got, want)
		}
	}
}

// TestHoursWithoutWork shows that a calendar without a working day ends the search instead of hanging.
func TestHoursWithoutWork(t *testing.T) {
	never := workflows.Hours{Weekend: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}
	at := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	if got := never.Next(at); got.Before(at.AddDate(2, 0, 0)) {
		t.Errorf("gave up at %s", got)
	}
	if got := never.Between(at, at.AddDate(1, 0, 0)); got != 0 {
		t.Errorf("worked %s", got)
	}
	if got := never.Add(at, time.Hour); got.Before(at) {
		t.Errorf("went back to %s", got)
	}
}

// TestHoursProperties: in any zone and shift, adding work and measuring it agree, and time only goes forward.
func TestHoursProperties(t *testing.T) {
	names := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kolkata", "Pacific/Apia"}
	zones := make([]*time.Location, len(names))
	for i, name := range names {
		zones[i] = zone(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := time.Duration(rapid.IntRange(0, 90).Draw(t, "from")) * 10 * time.Minute
		h := workflows.Hours{
			Zone: rapid.SampledFrom(zones).Draw(t, "zone"), From: from,
			To: from + time.Duration(rapid.IntRange(1, 50).Draw(t, "length"))*10*time.Minute,
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, "at")) * time.Minute)
		d := time.Duration(rapid.IntRange(0, 100*60).Draw(t, "work")) * time.Minute
		end := h.Add(at, d)
		if end.Before(at) {
			t.Fatalf("%s + %s = %s", at, d, end)
		}
		if got := h.Between(at, end); got != d {
			t.Fatalf("%s + %s = %s, between them %s", at, d, end, got)
		}
		if next := h.Next(at); !h.Working(next) || next.Before(at) {
			t.Fatalf("next working instant after %s is %s", at, next)
		}
		if morning := h.Morning(at, 1); !morning.After(at) || !h.Working(morning) {
			t.Fatalf("morning after %s is %s", at, morning)
		}
	})
}
