package registry

import "time"

// Keep says how long is kept what is not the record itself.
type Keep struct {
	Stay
	Answers  time.Duration // to requests that may be sent again; a day where it is 0
	Postures time.Duration // contents of postures that newer ones have taken the place of; for ever where it is 0
}

// Stay says how long somebody stays signed in.
type Stay struct {
	Idle time.Duration // without doing anything; a working day where it is 0
	Most time.Duration // at all; a week where it is 0, or longer where they may be idle for longer
}

// Option is what a registry is told beside its record.
type Option func(*Registry)

// Keeping has what is not the record itself kept for other times than the usual.
func Keeping(k Keep) Option {
	return func(r *Registry) { r.keeping = k.filled() }
}

// filled gives the same with the usual where nothing is said.
func (k Keep) filled() Keep {
	if k.Idle == 0 {
		k.Idle = 12 * time.Hour
	}
	if k.Most == 0 {
		k.Most = max(7*24*time.Hour, k.Idle)
	}
	if k.Answers == 0 {
		k.Answers = 24 * time.Hour
	}
	return k
}
