// Package access says who may do what where: people, passwords, sessions, roles held in jurisdictions, and the guard every change asks first.
//
// The policy (role → action) is a file reviewed in git; who holds which role,
// where and until when is a table. The guard answers from memory: Reload reads
// the table, builds a whole new enforcer and swaps it in, so there is never
// half a policy. No answer is a no.
//
// Chosen where no text says: nobody changes their own roles, certificate or
// account, and the office keeps one administrator who can sign in. A person is
// managed by who may manage people wherever that person holds or will hold a
// role. A password that another gave is changed at the first sign-in. The
// secret of a second factor stands in the database as it is: the program must
// compute with it, and a key beside it would lock nothing. It is never shown
// again and never logged.
package access

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/region"
	"huzhi/internal/store"
)

// The roles of the office. What each may do stands in the policy file.
const (
	Operator  = "operator"
	Officer   = "officer"
	Reviewer  = "reviewer"
	Chief     = "chief"
	Archivist = "archivist"
	Admin     = "admin"
	Auditor   = "auditor"
)

// Roles is every role, in the order of the office.
func Roles() []string {
	return []string{Operator, Officer, Reviewer, Chief, Archivist, Admin, Auditor}
}

// Actor is who does something. It comes from a session, or is the program itself (System). The zero Actor may do nothing.
type Actor struct {
	ID, Name, Username string

	system bool // set by System only: never by a session, a form or a row
}

// System is the program itself: the command line on the server and the demonstration office. It may do everything.
func System() Actor { return Actor{ID: "system", Name: "system", Username: "system", system: true} }

// IsSystem says whether it is the program itself.
func (a Actor) IsSystem() bool { return a.system }

// Guard answers who may do what where. It is safe for many at once.
type Guard struct {
	db      *store.DB
	model   string
	rules   [][]string // role, action
	actions []string
	regions *region.Book
	today   func() calendar.Day
	now     atomic.Pointer[snapshot]
	loading sync.Mutex
}

// New reads the model and the policy, then the assignments. A malformed policy line or an unknown role is an error that names it.
func New(db *store.DB, modelText, policy string, regions *region.Book, today func() calendar.Day) (*Guard, error) {
	rules, err := parsePolicy(policy)
	if err != nil {
		return nil, err
	}
	g := &Guard{db: db, model: modelText, rules: rules, regions: regions, today: today}
	for _, r := range rules {
		g.actions = append(g.actions, r[1])
	}
	slices.Sort(g.actions)
	g.actions = slices.Compact(g.actions)
	if err := g.Reload(context.Background()); err != nil {
		return nil, err
	}
	return g, nil
}

var actionForm = regexp.MustCompile(`^[a-z]+\.[a-z]+$`)

// parsePolicy reads "p, role, action" lines; empty lines and lines that begin with # are passed over.
func parsePolicy(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, 3
	seen := map[string]bool{}
	var rules [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("access policy: %w", err)
		}
		line, _ := r.FieldPos(0)
		role, action := row[1], row[2]
		switch {
		case row[0] != "p":
			return nil, fmt.Errorf("access policy: line %d: want p, role, action", line)
		case !slices.Contains(Roles(), role):
			return nil, fmt.Errorf("access policy: line %d: unknown role %q", line, role)
		case !actionForm.MatchString(action):
			return nil, fmt.Errorf("access policy: line %d: %q is not an action (want noun.verb)", line, action)
		case seen[role+" "+action]:
			return nil, fmt.Errorf("access policy: line %d: %s, %s stands twice", line, role, action)
		}
		seen[role+" "+action] = true
		rules = append(rules, []string{role, action})
	}
	if len(rules) == 0 {
		return nil, errors.New("access policy: it is empty")
	}
	return rules, nil
}

// snapshot is everything the guard knows at one generation on one day. It does not change; only memo fills.
type snapshot struct {
	gen  int64
	day  calendar.Day
	all  []held                // every assignment of people who are not disabled, also past and future ones
	by   map[string][]held     // in force on day, by user
	who  map[string]Actor      // people with an assignment in force on day
	mu   sync.Mutex            // casbin is asked by one at a time; the memo spares most of it
	ask  *casbin.Enforcer      //
	memo map[question]bool     //
	tops map[question][]string // place is empty
}

type question struct{ user, action, place string }

type held struct {
	Assignment
	Name, Username string
}

// Reload reads the assignments and swaps in a new enforcer.
func (g *Guard) Reload(ctx context.Context) error {
	g.loading.Lock()
	defer g.loading.Unlock()
	var gen int64
	q := g.db.Read(ctx)
	// The generation first: a change that comes between the two is then read again, never missed.
	if err := q.Raw("SELECT gen FROM access_generation WHERE id = 1").Scan(&gen).Error; err != nil {
		return fmt.Errorf("access: %w", err)
	}
	var all []held
	err := q.Raw(`SELECT a.*, u.name, u.username FROM assignments a JOIN users u ON u.id = a.user_id
		WHERE u.disabled_at IS NULL ORDER BY a.user_id, a.id`).Scan(&all).Error
	if err != nil {
		return fmt.Errorf("access: %w", err)
	}
	return g.build(gen, all)
}

// Refresh reloads when gen is not the generation held, or asks the table when gen is 0.
// The web asks it once a request with what the session's row brought along, so a right taken away in another process is gone on the next request.
func (g *Guard) Refresh(ctx context.Context, gen int64) error {
	if gen == 0 {
		if err := g.db.Read(ctx).Raw("SELECT gen FROM access_generation WHERE id = 1").Scan(&gen).Error; err != nil {
			return fmt.Errorf("access: %w", err)
		}
	}
	if s := g.now.Load(); s != nil && s.gen == gen {
		return nil
	}
	return g.Reload(ctx)
}

// snap is what is known today: assignments that begin or end at midnight take effect without asking the database.
func (g *Guard) snap() *snapshot {
	s := g.now.Load()
	if s.day == g.today() {
		return s
	}
	g.loading.Lock()
	defer g.loading.Unlock()
	if s = g.now.Load(); s.day == g.today() {
		return s
	}
	if err := g.build(s.gen, s.all); err != nil { // it could be built yesterday; if not today, nobody may do anything
		return &snapshot{gen: s.gen, day: g.today(), memo: map[question]bool{}, tops: map[question][]string{}}
	}
	return g.now.Load()
}

func (g *Guard) build(gen int64, all []held) error {
	s := &snapshot{gen: gen, day: g.today(), all: all, by: map[string][]held{}, who: map[string]Actor{},
		memo: map[question]bool{}, tops: map[question][]string{}}
	m, err := model.NewModelFromString(g.model)
	if err != nil {
		return fmt.Errorf("access model: %w", err)
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return fmt.Errorf("access model: %w", err)
	}
	if !e.AddNamedDomainMatchingFunc("g", "covers", func(place, holder string) bool { return region.Covers(holder, place) }) {
		return errors.New("access model: it has no g with a jurisdiction")
	}
	if _, err := e.AddPolicies(g.rules); err != nil {
		return fmt.Errorf("access policy: %w", err)
	}
	var links [][]string
	for _, a := range all {
		_, known := g.regions.Get(a.Jurisdiction)
		if !known || !slices.Contains(Roles(), a.Role) || !a.InForce(s.day) {
			continue
		}
		s.by[a.UserID] = append(s.by[a.UserID], a)
		s.who[a.UserID] = Actor{ID: a.UserID, Name: a.Name, Username: a.Username}
		if l := []string{subject(a.UserID), a.Role, a.Jurisdiction}; !slices.ContainsFunc(links, func(x []string) bool { return slices.Equal(x, l) }) {
			links = append(links, l)
		}
	}
	if len(links) > 0 {
		if _, err := e.AddGroupingPolicies(links); err != nil {
			return fmt.Errorf("access: %w", err)
		}
	}
	s.ask = e
	g.now.Store(s)
	return nil
}

// subject keeps people and roles apart: casbin holds a name to have the role of the same name.
func subject(user string) string { return "user:" + user }

// may asks casbin. Whatever it cannot answer is a no.
func (s *snapshot) may(user, action, place string) bool {
	if len(s.by[user]) == 0 {
		return false
	}
	q := question{user, action, place}
	s.mu.Lock()
	defer s.mu.Unlock()
	yes, asked := s.memo[q]
	if !asked {
		ok, err := s.ask.Enforce(subject(user), place, action)
		yes = ok && err == nil
		s.memo[q] = yes
	}
	return yes
}

// Can says whether somebody may do something in a jurisdiction.
func (g *Guard) Can(by Actor, action, jurisdiction string) bool {
	if _, known := g.regions.Get(jurisdiction); !known || !slices.Contains(g.actions, action) {
		return false
	}
	return by.system || g.snap().may(by.ID, action, jurisdiction)
}

// Allow is nil when Can is true; else errs.Forbidden with the action's name.
// Give it the thing that is refused with errs' On, so that the refusal stands in the log.
func (g *Guard) Allow(by Actor, action, jurisdiction string) error {
	if g.Can(by, action, jurisdiction) {
		return nil
	}
	return Refuse(action)
}

// AllowAnywhere is nil when somebody may do something in some jurisdiction; else errs.Forbidden.
func (g *Guard) AllowAnywhere(by Actor, action string) error {
	if g.CanAnywhere(by, action) {
		return nil
	}
	return Refuse(action)
}

// Refuse is the errs.Forbidden that says which action is not the person's to do.
func Refuse(action string) *errs.Error {
	return errs.New(errs.Forbidden, "error.forbidden.action", errs.Msg("action."+action))
}

// CanAnywhere says whether somebody may do something in at least one jurisdiction.
func (g *Guard) CanAnywhere(by Actor, action string) bool {
	return len(g.Jurisdictions(by, action)) > 0
}

// Jurisdictions are the topmost jurisdictions in which somebody may do something, in the order of the regions.
func (g *Guard) Jurisdictions(by Actor, action string) []string {
	if !slices.Contains(g.actions, action) {
		return nil
	}
	s := g.snap()
	q := question{user: by.ID, action: action}
	if !by.system {
		s.mu.Lock()
		top, asked := s.tops[q]
		s.mu.Unlock()
		if asked {
			return top
		}
	}
	var top []string
	for _, r := range g.regions.All() {
		if g.Can(by, action, r.Code) && (r.Parent == "" || !g.Can(by, action, r.Parent)) {
			top = append(top, r.Code)
		}
	}
	if !by.system {
		s.mu.Lock()
		s.tops[q] = top
		s.mu.Unlock()
	}
	return top
}

// Places are all jurisdictions in which somebody may do something, for the choices of a form.
func (g *Guard) Places(by Actor, action string) []region.Region {
	var out []region.Region
	for _, r := range g.regions.All() {
		if g.Can(by, action, r.Code) {
			out = append(out, r)
		}
	}
	return out
}

// Roles are the assignments somebody holds today.
func (g *Guard) Roles(by Actor) []Assignment {
	var out []Assignment
	for _, h := range g.snap().by[by.ID] {
		out = append(out, h.Assignment)
	}
	return out
}

// Home is the jurisdiction somebody belongs to: where the first of today's assignments holds; "" where there is none.
func (g *Guard) Home(by Actor) string {
	if rows := g.snap().by[by.ID]; len(rows) > 0 {
		return rows[0].Jurisdiction
	}
	return ""
}

// Holders are the people who may do something in a jurisdiction today, by username.
func (g *Guard) Holders(action, jurisdiction string) []Actor {
	s := g.snap()
	var out []Actor
	for id, who := range s.who {
		if s.may(id, action, jurisdiction) {
			out = append(out, who)
		}
	}
	slices.SortFunc(out, func(a, b Actor) int { return strings.Compare(a.Username, b.Username) })
	return out
}

// Actions is every action of the policy, sorted.
func (g *Guard) Actions() []string { return slices.Clone(g.actions) }

// RoleHas says whether the policy gives a role an action.
func (g *Guard) RoleHas(role, action string) bool {
	return slices.ContainsFunc(g.rules, func(r []string) bool { return r[0] == role && r[1] == action })
}
