package views

import "huzhi/views/parts"

// Tracks is what runs, and what else can be done, beside a case's own path.
type Tracks struct {
	Running []Track
	Ended   []Track
	Beside  []Group
	Denied  []string // acts that the law does not allow here, each with its article
}

// Track is a side procedure of a case.
type Track struct {
	ID     string // anchor on the page
	Title  string
	State  string
	Tone   parts.Tone
	Period string   // since when; of one that has ended, from when to when
	Told   []string // what was done in it, by whom
	Clocks []parts.Clock
	Facts  []parts.Desc
	Steps  []parts.Ask // what the person may do, or what is missing for it
	Others []parts.Others
}

// Group are acts that may be taken beside the case's own path, folded away.
type Group struct {
	ID, Title string
	Steps     []parts.Ask
	Others    []parts.Others
}

func (g Group) count() int { return len(g.Steps) }

// Asked is what a request asks, in full, for whoever answers it.
type Asked struct {
	Title  string
	Facts  []parts.Desc
	Clocks []parts.Clock
	Tabs   []parts.Tab // the answers that are open to the person
}
