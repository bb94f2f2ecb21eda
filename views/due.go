package views

// Matter is what a statutory period runs on.
type Matter struct {
	Label, Href  string // its number, and its page where it is for this person to open
	Kind, Title  string
	Confidential string
}
