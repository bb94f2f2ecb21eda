package statute

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// IDs are the ids of all rules that are periods, sorted.
func (b *Book) IDs() []string { return slices.Sorted(maps.Keys(b.byID)) }

// Near are the ids of up to n rules whose names are nearest to what was written, the nearest first.
func (b *Book) Near(id string, n int) []string {
	id = strings.ToUpper(id)
	ids := b.IDs()
	slices.SortStableFunc(ids, func(x, y string) int { return cmp.Compare(distance(id, x), distance(id, y)) })
	return ids[:min(n, len(ids))]
}

// distance is how many letters must be put in, taken out or changed to make one word of the other, less where one holds the other.
func distance(a, b string) int {
	if a != "" && (strings.Contains(b, a) || strings.Contains(a, b)) {
		return -1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
