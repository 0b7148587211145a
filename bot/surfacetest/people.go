package surfacetest

import (
	"bytes"
	_ "embed" // the sample company
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

//go:embed testdata/people.csv
var sampleCSV []byte

// Sample gives the people of the sample company, as the stories know them.
func Sample() ([]workflows.Person, error) {
	rows, err := csv.NewReader(bytes.NewReader(sampleCSV)).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("sample people: %d rows: %w", len(rows), err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	ids := map[string]workflows.PersonID{"": ""}
	for _, r := range rows[1:] {
		ids[r[column["email"]]] = workflows.PersonID(r[column["id"]])
	}
	var out []workflows.Person
	for _, r := range rows[1:] {
		zone, err := time.LoadLocation(r[column["time_zone"]])
		if err != nil {
			return nil, fmt.Errorf("sample people: %w", err)
		}
		p := workflows.Person{
			ID: workflows.PersonID(r[column["id"]]), Name: r[column["name"]], Email: r[column["email"]], Manager: ids[r[column["manager_email"]]],
			Department: r[column["department"]], Locale: r[column["locale"]], Active: r[column["active"]] == "true", Hours: workflows.Hours{Zone: zone},
		}
		for role := range strings.SplitSeq(r[column["roles"]], ";") {
			if role != "" {
				p.Roles = append(p.Roles, workflows.Role(role))
			}
		}
		slices.Sort(p.Roles)
		out = append(out, p)
	}
	return out, nil
}
