package parts

// Remark is a remark with its colour.
type Remark struct {
	Tone        Tone
	Title, Text string
}

// Substance is which law an act is judged by, and what it allows.
type Substance struct {
	Remarks []Remark // a lighter later law, a threshold that is reached
	Facts   []Desc   // the highest fine, its parts, the thresholds
	Laws    Table    // each law from the act to the decision; empty where there was one only
	Reliefs Table    // reasons to impose no fine
}
