package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/fault"
	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// held gives hashes from memory.
func held(all [][32]byte) ledger.Hashes {
	return func(from, to int64) ([][32]byte, error) { return all[from:to], nil }
}

func TestProofsOfKnownVectors(t *testing.T) {
	leaves, _ := vectors(t)
	var all [][32]byte
	for _, l := range leaves {
		all = append(all, ledger.Hash(l))
	}
	inclusion, err := ledger.Inclusion(0, 8, held(all))
	if err != nil {
		t.Fatal(err)
	}
	consistency, err := ledger.Consistency(6, 8, held(all))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
		"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
		"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
		"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	} {
		if got := fmt.Sprintf("%x", slices.Concat(inclusion, consistency)[i]); got != want {
			t.Errorf("hash %d is %s, not %s", i, got, want)
		}
	}
}

// grown gives the hashes of leaves, and the root at each size.
func grown(n int) (all, roots [][32]byte) {
	tree := ledger.NewTree()
	roots = append(roots, tree.Root())
	for i := range n {
		all = append(all, ledger.Hash(fmt.Appendf(nil, "leaf %d", i)))
		tree.Append(all[i])
		roots = append(roots, tree.Root())
	}
	return all, roots
}

// TestEveryProofVerifies makes every proof there is up to a size, and lets another implementation check each too.
func TestEveryProofVerifies(t *testing.T) {
	const most = 70
	all, roots := grown(most)
	for n := range int64(most + 1) {
		for m := range n + 1 {
			path, err := ledger.Consistency(m, n, held(all))
			if err == nil {
				err = ledger.VerifyConsistency(m, n, roots[m], roots[n], path)
			}
			if err == nil && m > 0 {
				err = tlog.CheckTree(other(path), n, roots[n], m, roots[m])
			}
			if err != nil {
				t.Fatalf("consistency of %d and %d: %v", m, n, err)
			}
			if m == n {
				continue
			}
			path, err = ledger.Inclusion(m, n, held(all))
			if err == nil {
				err = ledger.VerifyInclusion(all[m], m, n, roots[n], path)
			}
			if err == nil {
				err = tlog.CheckRecord(tlog.RecordProof(other(path)), n, roots[n], m, all[m])
			}
			if err != nil {
				t.Fatalf("leaf %d of %d: %v", m, n, err)
			}
		}
	}
}

func other(path [][32]byte) (out tlog.TreeProof) {
	for _, h := range path {
		out = append(out, h)
	}
	return out
}

// TestNoOtherProofVerifies changes one thing about a proof.
func TestNoOtherProofVerifies(t *testing.T) {
	all, roots := grown(40)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(2, 40).Draw(t, "n")
		m := rapid.Int64Range(1, n-1).Draw(t, "m")
		in, err := ledger.Inclusion(m, n, held(all))
		if err != nil {
			t.Fatal(err)
		}
		con, err := ledger.Consistency(m, n, held(all))
		if err != nil {
			t.Fatal(err)
		}
		wrong := all[0]
		wrong[0]++
		for _, path := range [][][32]byte{in[:len(in)-1], append(slices.Clone(in), wrong), swapped(t, in, wrong)} {
			if ledger.VerifyInclusion(all[m], m, n, roots[n], path) == nil {
				t.Fatal("another proof shows that the leaf is there")
			}
		}
		for _, path := range [][][32]byte{con[:len(con)-1], append(slices.Clone(con), wrong), swapped(t, con, wrong)} {
			if ledger.VerifyConsistency(m, n, roots[m], roots[n], path) == nil {
				t.Fatal("another proof shows that the trees agree")
			}
		}
		if ledger.VerifyInclusion(wrong, m, n, roots[n], in) == nil || ledger.VerifyInclusion(all[m], m, n, wrong, in) == nil ||
			ledger.VerifyInclusion(all[m], m-1, n, roots[n], in) == nil {
			t.Fatal("the proof shows that something else is there")
		}
		if ledger.VerifyConsistency(m, n, wrong, roots[n], con) == nil || ledger.VerifyConsistency(m, n, roots[m], wrong, con) == nil {
			t.Fatal("the proof shows that other trees agree")
		}
	})
}

func swapped(t *rapid.T, path [][32]byte, in [32]byte) [][32]byte {
	path = slices.Clone(path)
	path[rapid.IntRange(0, len(path)-1).Draw(t, "at")] = in
	return path
}

func TestProofsAreRefused(t *testing.T) {
	all, roots := grown(5)
	for _, c := range []struct{ index, size int64 }{{-1, 5}, {5, 5}, {0, 0}, {0, -1}} {
		if _, err := ledger.Inclusion(c.index, c.size, held(all)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("leaf %d of %d: %v", c.index, c.size, err)
		}
		if ledger.VerifyInclusion(all[0], c.index, c.size, roots[5], nil) == nil {
			t.Errorf("leaf %d of %d was verified", c.index, c.size)
		}
	}
	for _, c := range []struct{ older, newer int64 }{{-1, 5}, {5, 4}} {
		if _, err := ledger.Consistency(c.older, c.newer, held(all)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("trees of %d and %d: %v", c.older, c.newer, err)
		}
		if ledger.VerifyConsistency(c.older, c.newer, roots[4], roots[5], nil) == nil {
			t.Errorf("trees of %d and %d were verified", c.older, c.newer)
		}
	}
	if ledger.VerifyConsistency(0, 5, roots[1], roots[5], nil) == nil {
		t.Error("a tree without leaves has a root of its own, and another was verified")
	}
	full := fault.New(fault.Internal, "the disk is gone")
	if _, err := ledger.Inclusion(1, 5, func(int64, int64) ([][32]byte, error) { return nil, full }); !errors.Is(err, full) {
		t.Errorf("the error of the hashes became %v", err)
	}
	if _, err := ledger.Inclusion(1, 5, func(int64, int64) ([][32]byte, error) { return nil, nil }); fault.KindOf(err) != fault.Internal {
		t.Errorf("missing hashes gave %v", err)
	}
}

// TestProofOfManyLeaves asks for hashes in parts.
func TestProofOfManyLeaves(t *testing.T) {
	all, roots := grown(20000)
	most := 0
	path, err := ledger.Inclusion(3, 20000, func(from, to int64) ([][32]byte, error) {
		most = max(most, int(to-from))
		return all[from:to], nil
	})
	if err != nil || ledger.VerifyInclusion(all[3], 3, 20000, roots[20000], path) != nil {
		t.Errorf("the proof does not verify: %v", err)
	}
	if most > 4096 {
		t.Errorf("%d hashes were asked for at once", most)
	}
}

func BenchmarkInclusionOfAMillion(b *testing.B) {
	all := make([][32]byte, 1_000_000)
	for i := range all {
		all[i] = ledger.Hash(fmt.Appendf(nil, "leaf %d", i))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.Inclusion(123_456, int64(len(all)), held(all)); err != nil {
			b.Fatal(err)
		}
	}
}
