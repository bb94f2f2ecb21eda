// Package identity is the vault of those who call and report: sealed with a key that is not in the database, shown masked, opened by another's leave only.
//
// A call, a lead or a case knows the person by an identifier and a code.
// Name, number, address and unit are sealed with AES-256-GCM, bound to the
// record's identifier; who copies a row to another row, or the database without
// the key file, reads nothing. A person is found again by keyed hashes of the
// number and its beginnings and of the name, without opening anything.
//
// What the log holds of a person is the record's identifier, the names of the
// fields and a keyed hash: so a person can be erased and the chain stays whole.
//
// Chosen where no text says: calls of the same number, name and mode at one
// office are one person. The name of who asked to be named may be used for what
// the person asked for: a complainant becomes the requester of the dispute, and
// the desk may call back, each time logged. Of everybody else, and of whoever
// reports an unlawful act, name and number are seen through a disclosure only.
// Of an anonymous reporter nothing is kept.
package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"huzhi/internal/access"
	"huzhi/internal/audit"
	"huzhi/internal/calendar"
	"huzhi/internal/errs"
	"huzhi/internal/keyring"
	"huzhi/internal/store"
)

// The modes: what the person asked for when it was read out.
const (
	Named     = "named"     // 实名: the name may be used
	Secret    = "secret"    // 实名但要求保密: named to the office only
	Anonymous = "anonymous" // 匿名: nothing is kept
)

// Modes is every mode, in the order in which they are read out.
func Modes() []string { return []string{Named, Secret, Anonymous} }

// Identity is a sealed person.
type Identity struct {
	ID           string `gorm:"primaryKey"`
	Code         string
	Mode         string
	Jurisdiction string
	Reachable    bool
	KeyID        string
	Sealed       string
	KeepUntil    calendar.Day // kept until then although it could be erased
	KeepReason   string
	ErasedAt     *time.Time
	Version      int64
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// Masked is what everybody may see of a person who may see the matter: the code, the first character of the name, the ends of the number.
type Masked struct {
	ID, Code, Mode, Jurisdiction string
	Name, Phone                  string
	Reachable, Erased            bool
}

// Settings are what the office decides.
type Settings struct {
	KeyFile string
	Make    bool          // make the key file where there is none: the first start
	Closed  bool          // the key file may be elsewhere: nothing is opened
	View    time.Duration // how long a granted disclosure lets look
	Keep    int           // days from the closing of the last matter until a person is erased
	Review  int           // so many days before that the person stands on the list to be reviewed
}

// Vault is the service.
type Vault struct {
	db     *store.DB
	guard  *access.Guard
	others []func(context.Context) (int, error)
	ring   *keyring.Ring
	set    Settings
}

// New opens the vault. errs.NotFound where the key file is gone that persons, or the secrets of second factors, were sealed with.
func New(ctx context.Context, db *store.DB, guard *access.Guard, set Settings) (*Vault, error) {
	var one int64
	if err := db.Read(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM identities WHERE sealed <> '' UNION ALL SELECT 1 FROM second_factors WHERE key_id <> '' LIMIT 1) x").Scan(&one).Error; err != nil {
		return nil, err
	}
	ring, err := keyring.Load(set.KeyFile, set.Make && one == 0)
	if errs.CodeOf(err) == errs.NotFound && (one == 0 || set.Closed) {
		ring, err = keyring.Without(set.KeyFile), nil // a command that seals nothing, before the first start
	}
	if err != nil {
		return nil, err
	}
	return &Vault{db: db, guard: guard, ring: ring, set: set}, nil
}

// Keys are the keys of the vault, for what else is sealed with them.
func (v *Vault) Keys() *keyring.Ring { return v.ring }

// OnRotate says how what others sealed with the keys is sealed anew with a new one; it tells how many there were.
func (v *Vault) OnRotate(anew func(context.Context) (int, error)) { v.others = append(v.others, anew) }

// Current is the id of the key of today.
func (v *Vault) Current() (string, error) {
	if err := v.ring.Read(); err != nil { // another process may have made a new key
		return "", err
	}
	return v.ring.All()[0], nil
}

// KeyFile is where the keys lie. They are in no copy of the database.
func (v *Vault) KeyFile() string { return v.ring.File() }

// SealTx seals a person and gives the identifier: a new one, or that of the same person (number, name and mode) at the same office. Of somebody
// anonymous only the code is kept.
func (v *Vault) SealTx(tx *store.Tx, by access.Actor, mode, jurisdiction string, p Person) (id string, err error) {
	if !slices.Contains(Modes(), mode) {
		return "", fmt.Errorf("%q is no mode", mode)
	}
	p = p.trim()
	if mode == Anonymous {
		p = Person{}
	}
	if same, known, err := v.knownTx(tx, mode, jurisdiction, p); err != nil || same != nil {
		if err == nil && known.with(p) != known {
			err = v.ChangeTx(tx, by, same.ID, same.Version, mode, known.with(p))
		}
		if err != nil {
			return "", err
		}
		return same.ID, nil
	}
	n, err := store.NextNumber(tx, "identity/"+jurisdiction)
	if err != nil {
		return "", err
	}
	i := &Identity{ID: tx.NewID(), Code: "R-" + strconv.FormatInt(n, 10), Mode: mode, Jurisdiction: jurisdiction, Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	if err := v.fill(i, p); err != nil {
		return "", err
	}
	if err := tx.Create(i).Error; err != nil {
		return "", err
	}
	if err := v.keysTx(tx, i, p); err != nil {
		return "", err
	}
	return i.ID, v.log(tx, by, i, "seal", p)
}

// fill seals a person into a row with the current key.
func (v *Vault) fill(i *Identity, p Person) error {
	if err := v.ring.Read(); err != nil { // another process may have made a new key
		return err
	}
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	i.KeyID, i.Reachable = v.ring.All()[0], p.Phone != "" || p.Address != ""
	i.Sealed, err = v.ring.Seal(i.KeyID, i.ID, raw)
	return err
}

// found are the hashes that a person is found by.
func (v *Vault) found(key string, p Person) (out []string, err error) {
	texts := map[string][]string{}
	if d := digits(p.Phone); len(d) >= shortest {
		texts["full"], texts["begins"], texts["tail"] = []string{d}, beginnings(d), []string{d[len(d)-tail:]}
	}
	if n := nameKey(p.Name); n != "" {
		texts["name"] = []string{n}
	}
	for _, kind := range []string{"full", "begins", "tail", "name"} {
		for _, text := range texts[kind] {
			h, err := v.ring.Hash(key, kind, text)
			if err != nil {
				return nil, err
			}
			out = append(out, h)
		}
	}
	return out, nil
}

// keysTx writes what a person is found by.
func (v *Vault) keysTx(tx *store.Tx, i *Identity, p Person) error {
	if err := tx.Exec("DELETE FROM identity_keys WHERE identity_id = ?", i.ID).Error; err != nil {
		return err
	}
	list, err := v.found(i.KeyID, p)
	if err != nil {
		return err
	}
	for _, h := range list {
		if err := tx.Exec("INSERT INTO identity_keys (hash, identity_id) VALUES (?, ?) ON CONFLICT DO NOTHING", h, i.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

// log writes of a person what the log may hold: which record, which fields, a keyed hash of the number.
func (v *Vault) log(tx *store.Tx, by access.Actor, i *Identity, act string, p Person) error {
	detail := map[string]any{"code": i.Code, "mode": i.Mode, "key": i.KeyID, "fields": p.fields(), "version": i.Version}
	if d := digits(p.Phone); d != "" && i.KeyID != "" {
		h, err := v.ring.Hash(i.KeyID, "full", d)
		if err != nil {
			return err
		}
		detail["phone_hash"] = h
	}
	return logEntry(tx, by, act, i, detail)
}

func logEntry(tx *store.Tx, by access.Actor, act string, i *Identity, detail map[string]any) error {
	return audit.Append(tx, by.Entry("identity."+act, i.Jurisdiction, "identity:"+i.ID, detail))
}

// knownTx is the same person at the same office, if there is one.
func (v *Vault) knownTx(tx *store.Tx, mode, jurisdiction string, p Person) (*Identity, Person, error) {
	d := digits(p.Phone)
	if len(d) < shortest {
		return nil, Person{}, nil
	}
	var rows []Identity
	err := tx.Raw(`SELECT i.* FROM identities i JOIN identity_keys k ON k.identity_id = i.id
		WHERE k.hash IN ? AND `+store.Aside(tx.DB, "i.jurisdiction")+` = ? AND i.mode = ? AND i.erased_at IS NULL ORDER BY i.id DESC LIMIT 20`, v.hashes("full", d), jurisdiction, mode).Scan(&rows).Error
	if err != nil {
		return nil, Person{}, err
	}
	for n := range rows {
		known, err := v.person(&rows[n])
		if err != nil {
			return nil, Person{}, err
		}
		if p.Name == "" || nameKey(p.Name) == nameKey(known.Name) {
			return &rows[n], known, nil
		}
	}
	return nil, Person{}, nil
}

// person opens a row. It never leaves the package but through Look, Contact and PartyTx.
func (v *Vault) person(i *Identity) (p Person, err error) {
	if i.Sealed == "" {
		return p, nil
	}
	raw, err := v.ring.Open(i.KeyID, i.ID, i.Sealed)
	if err != nil {
		return p, fmt.Errorf("identity %s does not open: %w", i.ID, err)
	}
	return p, json.Unmarshal(raw, &p)
}

// ChangeTx seals a person anew with what has become known, or another mode. Conflict when somebody else changed it, or it was erased.
func (v *Vault) ChangeTx(tx *store.Tx, by access.Actor, id string, version int64, mode string, p Person) error {
	i, err := v.takeTx(tx, id)
	if err != nil {
		return err
	}
	if i.Version != version {
		return errs.New(errs.Conflict, "error.stale", i.UpdatedAt)
	}
	if i.ErasedAt != nil {
		return errs.New(errs.Conflict, "identity.erased")
	}
	if p = p.trim(); mode == Anonymous {
		p = Person{}
	}
	i.Mode, i.Version = mode, version+1
	if err := v.fill(i, p); err != nil {
		return err
	}
	if err := v.saveTx(tx, i, map[string]any{"mode": i.Mode, "sealed": i.Sealed, "key_id": i.KeyID, "reachable": i.Reachable}); err != nil {
		return err
	}
	if err := v.keysTx(tx, i, p); err != nil {
		return err
	}
	return v.log(tx, by, i, "change", p)
}

// saveTx writes columns by compare-and-set on the version before.
func (v *Vault) saveTx(tx *store.Tx, i *Identity, set map[string]any) error {
	set["version"], set["updated_at"] = i.Version, tx.Now
	u := tx.Model(&Identity{}).Where("id = ? AND version = ?", i.ID, i.Version-1).Updates(set)
	if u.Error == nil && u.RowsAffected == 0 {
		return errs.New(errs.Conflict, "error.stale", tx.Now)
	}
	return u.Error
}

// takeTx reads a row to change it.
func (v *Vault) takeTx(tx *store.Tx, id string) (*Identity, error) {
	if err := tx.Lock("identities", id); err != nil {
		return nil, err
	}
	return take(tx.DB, id)
}

func take(q *gorm.DB, id string) (*Identity, error) {
	var i Identity
	err := q.Where("id = ?", id).Take(&i).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	return &i, err
}

// SameTx says whether a sealed person is the one given.
func (v *Vault) SameTx(tx *store.Tx, id string, p Person) (bool, error) {
	i, err := take(tx.DB, id)
	if err != nil {
		return false, err
	}
	known, err := v.person(i)
	return known.with(p.trim()) == known, err
}

// CodeTx is the code by which a person is spoken of.
func (v *Vault) CodeTx(tx *store.Tx, id string) (string, error) {
	i, err := take(tx.DB, id)
	if err != nil {
		return "", err
	}
	return i.Code, nil
}

// Masked are the persons as everybody may see them. Who may see the matter is asked of the matter.
func (v *Vault) Masked(ctx context.Context, ids ...string) (map[string]Masked, error) {
	out := map[string]Masked{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for part := range slices.Chunk(ids, 500) {
		var rows []Identity
		if err := v.db.Read(ctx).Where("id IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for n := range rows {
			i := &rows[n]
			p, err := v.person(i)
			if err != nil {
				return nil, err
			}
			out[i.ID] = Masked{
				ID: i.ID, Code: i.Code, Mode: i.Mode, Jurisdiction: i.Jurisdiction, Name: MaskName(p.Name), Phone: MaskPhone(p.Phone), Reachable: i.Reachable, Erased: i.ErasedAt != nil,
			}
		}
	}
	return out, nil
}

// hashes are the hashes of a text by every key there is: while keys are changed, some persons are still found by the old one.
func (v *Vault) hashes(kind, text string) (out []string) {
	_ = v.ring.Read() // another process may have made a new key; if the file is gone, the keys held still find
	for _, key := range v.ring.All() {
		if h, err := v.ring.Hash(key, kind, text); err == nil {
			out = append(out, h)
		}
	}
	if len(out) == 0 {
		out = []string{""} // it finds nothing
	}
	return out
}

// PhoneKeys are the hashes that a whole number, or its last four digits, is found by, in identity_keys; nil for anything else that has fewer than
// seven digits.
func (v *Vault) PhoneKeys(phone string) []string {
	d := digits(phone)
	switch {
	case len(d) == tail:
		return v.hashes("tail", d)
	case len(d) < shortest:
		return nil
	}
	return v.hashes("full", d)
}

// KeyTails gives the persons of before the key of their number's last digits, some at a time: those with an identifier after the one given. It tells the
// last one, "" where all are done.
func (v *Vault) KeyTails(tx *store.Tx, after string) (last string, err error) {
	var rows []Identity
	if err := tx.Where("id > ? AND sealed <> ''", after).Order("id").Limit(500).Find(&rows).Error; err != nil {
		return "", err
	}
	for n := range rows {
		i := &rows[n]
		last = i.ID
		p, err := v.person(i)
		if err != nil {
			return "", err
		}
		d := digits(p.Phone)
		if len(d) < shortest {
			continue
		}
		h, err := v.ring.Hash(i.KeyID, "tail", d[len(d)-tail:])
		if err != nil {
			return "", err
		}
		if err := tx.Exec("INSERT INTO identity_keys (hash, identity_id) VALUES (?, ?) ON CONFLICT DO NOTHING", h, i.ID).Error; err != nil {
			return "", err
		}
	}
	return last, nil
}

// NameKeys are the hashes that a whole name is found by; nil for none.
func (v *Vault) NameKeys(name string) []string {
	if n := nameKey(name); n != "" {
		return v.hashes("name", n)
	}
	return nil
}

// Tag is the keyed hash of a word of a kind of the caller's own (the code of a receipt) by the key of today; Tags by every key.
func (v *Vault) Tag(kind, word string) (string, error) {
	if err := v.ring.Read(); err != nil {
		return "", err
	}
	return v.ring.Hash(v.ring.All()[0], kind, word)
}

// Tags are the hashes by which a word that was tagged once is known again.
func (v *Vault) Tags(kind, word string) []string { return v.hashes(kind, word) }

// mostFound is how many persons a beginning of a number finds: the newest.
const mostFound = 50

// FindByPhone are the persons whose number begins with the digits typed, seven at least, newest first; of a landline the area code may be left
// out. scope narrows the table identities to what the person who asks may see (access.Guard.ScopePlain).
func (v *Vault) FindByPhone(ctx context.Context, scope func(*gorm.DB) *gorm.DB, typed string) (ids []string, err error) {
	d := digits(typed)
	if len(d) < shortest {
		return nil, nil
	}
	err = v.db.Read(ctx).Table("identity_keys").Select("identity_keys.identity_id").Joins("JOIN identities ON identities.id = identity_keys.identity_id").
		Scopes(scope).Where("identity_keys.hash IN ?", v.hashes("begins", d)).Order("identity_keys.identity_id DESC").Limit(mostFound).Scan(&ids).Error
	return ids, err
}

// Redact is a text without what would give the person away, for what leaves the desk.
func (v *Vault) Redact(ctx context.Context, id, text string) (string, error) {
	return v.redact(v.db.Read(ctx), id, text)
}

// RedactTx is Redact in the caller's transaction.
func (v *Vault) RedactTx(tx *store.Tx, id, text string) (string, error) {
	return v.redact(tx.DB, id, text)
}

func (v *Vault) redact(q *gorm.DB, id, text string) (string, error) {
	if id == "" {
		return text, nil
	}
	i, err := take(q, id)
	if err != nil {
		return "", err
	}
	p, err := v.person(i)
	return p.redact(text), err
}

// NamesTx says whether one of the texts names a person who must not be known. What the office writes of the target (but) is no name of the reporter's, though
// the reporter may work there.
func (v *Vault) NamesTx(tx *store.Tx, id, but string, texts ...string) (bool, error) {
	i, err := take(tx.DB, id)
	if err != nil {
		return false, err
	}
	p, err := v.person(i)
	if err != nil || p.Empty() {
		return false, err
	}
	for _, text := range texts {
		if but != "" {
			text = strings.ReplaceAll(text, but, "\n")
		}
		if p.redact(text) != text {
			return true, nil
		}
	}
	return false, nil
}

// ModeTx is what a person asked for.
func (v *Vault) ModeTx(tx *store.Tx, id string) (string, error) {
	i, err := take(tx.DB, id)
	if err != nil {
		return "", err
	}
	return i.Mode, nil
}

// PartyName is the name of somebody who asked to be named, for a form that proposes it as a party's; "" of everybody else.
func (v *Vault) PartyName(ctx context.Context, id string) (string, error) {
	name, _, err := v.party(v.db.Read(ctx), id)
	return name, err
}

// PartyTx is PartyName where the name is used: it is logged. The complainant becomes a party of the dispute.
func (v *Vault) PartyTx(tx *store.Tx, by access.Actor, id string) (string, error) {
	name, i, err := v.party(tx.DB, id)
	if err != nil || name == "" {
		return "", err
	}
	return name, v.log(tx, by, i, "party", Person{Name: name})
}

func (v *Vault) party(q *gorm.DB, id string) (string, *Identity, error) {
	if id == "" {
		return "", nil, nil
	}
	i, err := take(q, id)
	if err != nil || i.Mode != Named {
		return "", i, err
	}
	p, err := v.person(i)
	return p.Name, i, err
}
