package casework

import "slices"

// PartHost is the part of who hosts a hearing without being a member of the case: not kept in members, so it lets nobody in.
const PartHost = "host"

// Challengeable are those whose recusal may be asked: the members, and the hosts named for a hearing that runs, members or not (Penalty Law 2021 Arts 43, 64
// item 4).
func (f *File) Challengeable() []Member {
	out := slices.Clone(f.Members)
	for _, t := range f.Running("hearing") {
		id := t.Facts["host"]
		if id != "" && !slices.ContainsFunc(out, func(m Member) bool { return m.UserID == id }) {
			out = append(out, Member{UserID: id, Name: t.Facts["host_name"], Part: PartHost})
		}
	}
	return out
}
