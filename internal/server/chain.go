package server

import "net/http"

// step is one check or note around what comes after it.
type step func(http.Handler) http.Handler

// chain puts the steps around a handler, the first of them outermost.
func chain(last http.Handler, steps ...step) http.Handler {
	for i := len(steps) - 1; i >= 0; i-- {
		last = steps[i](last)
	}
	return last
}

// handler is everything that a request passes, in order. What watches is outside what refuses, so that what was refused is
// logged and counted too; the headers come before what refuses, so that every answer has them.
func (s *server) handler() http.Handler {
	return chain(s.routes(),
		s.observe,
		s.catch,
		s.locate,
		s.protect,
		s.checkHost,
		s.bound,
		s.hold(newLimiter(s.config.Limits.Rate, s.config.Limits.Burst)),
		s.sameOrigin,
	)
}
