package cardtest

import (
	"steward/workflows/approval"
	"steward/workflows/policy"
)

// sceneCorrected waits for advice, and who gives it has found another place: votes stand.
func sceneCorrected() (*Company, string) { return sceneFound("adequate") }

// sceneCorrectedVoid is decided on from the beginning, because who gives advice has found that data leaves the approved classes.
func sceneCorrectedVoid() (*Company, string) { return sceneFound("other") }

func sceneFound(place string) (*Company, string) {
	c, id := sceneAdvice()
	c.at("25 16:30").Do("dan", id, approval.Corrected{
		Reason: "The list of sub-processors names another place than the offer.",
		Fixes:  []policy.Fix{{Key: "data_location", Answer: []string{place}, Proof: "https://otter.example/sub-processors"}},
	})
	return c.at("25 16:40"), id
}
