// Package errs is the one error type of the house: a code for the machine, a sentence key for the person, a cause for the operator.
//
// A domain method returns an *Error where the person can do something about
// it; every other error is internal: the person sees one plain sentence, the
// log sees the cause.
package errs

import (
	"errors"
	"fmt"
)

// Code says what kind of answer an error is. Each has one HTTP status.
type Code string

// The codes. An error that carries none of them is internal.
const (
	Invalid   Code = "invalid"   // what was given is wrong or missing: 422
	Forbidden Code = "forbidden" // the person may not do this: 403
	NotFound  Code = "not_found" // there is no such thing, or the person may not know of it: 404
	Conflict  Code = "conflict"  // stale, double or no longer possible: 409
	TooLarge  Code = "too_large" // over a limit of size: 413
	Throttled Code = "throttled" // too many tries: 429
	Internal  Code = "internal"
)

// Message is a sentence of the catalogue with its arguments, not yet in a language.
type Message struct {
	Key  string
	Args []any
}

// Msg makes a Message.
func Msg(key string, args ...any) Message { return Message{Key: key, Args: args} }

// Error is what a person can be told about.
type Error struct {
	Code    Code
	Message         // the sentence
	Fields  []Field // what is wrong with which input, in the order of the form
	Missing []Need  // what a step still needs
	Subject string  // what was refused ("case:01h…"), set where the refusal must stand in the log
	Err     error   // the cause, never shown to the person
}

// Field is a fault of one input.
type Field struct {
	Name string
	Message
}

// Need is a fact that is missing and the place on the page where it is put right.
type Need struct {
	Message
	Where string // an anchor or a path
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Key
	if len(e.Args) > 0 {
		s += fmt.Sprint(" ", e.Args)
	}
	for _, f := range e.Fields {
		s += fmt.Sprintf("; %s: %s", f.Name, f.Key)
	}
	for _, n := range e.Missing {
		s += "; missing: " + n.Key
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// New makes an error with a code and a sentence.
func New(code Code, key string, args ...any) *Error {
	return &Error{Code: code, Message: Msg(key, args...)}
}

// Because adds the cause.
func (e *Error) Because(err error) *Error { e.Err = err; return e }

// On names the thing that was refused, so that the refusal stands in the log.
func (e *Error) On(subject string) *Error { e.Subject = subject; return e }

// CodeOf is the code of an error, Internal where it has none and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// As finds the *Error in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Faults collects what is wrong with a form.
type Faults struct{ fields []Field }

// Add notes a fault of an input.
func (f *Faults) Add(name, key string, args ...any) {
	f.fields = append(f.fields, Field{Name: name, Message: Msg(key, args...)})
}

// Require notes a fault when the value is empty.
func (f *Faults) Require(name, value string) {
	if value == "" {
		f.Add(name, "error.required")
	}
}

// Limit notes a fault when the value has more than max characters.
func (f *Faults) Limit(name, value string, max int) {
	if len(value) > max && len([]rune(value)) > max {
		f.Add(name, "error.too_long", max)
	}
}

// Any says whether a fault was noted.
func (f *Faults) Any() bool { return len(f.fields) > 0 }

// Err is an Invalid error with all faults, or nil.
func (f *Faults) Err() error {
	if len(f.fields) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Message: Msg("error.form"), Fields: f.fields}
}
