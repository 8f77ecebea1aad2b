package ledger_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/bulkhead-assurance/bulkhead/ledger"
)

// vectors are the leaves that implementations of RFC 6962 are commonly tested with, and the roots as they are appended.
func vectors(t testing.TB) (leaves [][]byte, roots []string) {
	for _, text := range []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"} {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, b)
	}
	return leaves, []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
}

func TestTreeOfKnownVectors(t *testing.T) {
	leaves, roots := vectors(t)
	tree := ledger.NewTree()
	for n, want := range roots {
		if got := fmt.Sprintf("%x", tree.Root()); got != want || tree.Size() != int64(n) {
			t.Errorf("the root of %d leaves is %s, not %s", tree.Size(), got, want)
		}
		if n < len(leaves) {
			tree.Append(ledger.Hash(leaves[n]))
		}
	}
}

// store keeps the hashes of tlog, the other implementation.
type store []tlog.Hash

func (s store) ReadHashes(indexes []int64) (out []tlog.Hash, err error) {
	for _, i := range indexes {
		out = append(out, s[i])
	}
	return out, nil
}

func (s *store) add(t testing.TB, n int64, leaf []byte) {
	more, err := tlog.StoredHashes(n, leaf, s)
	if err != nil {
		t.Fatal(err)
	}
	*s = append(*s, more...)
}

// TestTreeGoesOnWhereItWas appends leaves, writes the tree and reads it again at every size, and compares each root with
// that of another implementation.
func TestTreeGoesOnWhereItWas(t *testing.T) {
	tree, other := ledger.NewTree(), store{}
	for n := range int64(300) {
		leaf := fmt.Appendf(nil, "leaf %d", n)
		other.add(t, n, leaf)
		tree.Append(ledger.Hash(leaf))
		again, err := ledger.ReadTree(tree.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		want, err := tlog.TreeHash(n+1, other)
		if err != nil {
			t.Fatal(err)
		}
		if tree = again; tree.Size() != n+1 || tree.Root() != want {
			t.Fatalf("the root of %d leaves is %x, not %x", tree.Size(), tree.Root(), want)
		}
	}
}

func TestReadTreeRefuses(t *testing.T) {
	tree := ledger.NewTree()
	for n := range 5 {
		tree.Append(ledger.Hash([]byte{byte(n)}))
	}
	good := tree.Bytes()
	huge := bytes.Clone(good[:1+8+32]) // with the one hash that it should have
	copy(huge[1:], []byte{0x10, 0, 0, 0, 0, 0, 0, 0})
	other := bytes.Clone(good)
	other[0]++
	for name, bad := range map[string][]byte{"nothing": nil, "too short": good[:len(good)-1], "too long": append(bytes.Clone(good), 0), "another form": other, "too many leaves": huge} {
		if _, err := ledger.ReadTree(bad); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}

// TestTreesDifferWhereLeavesDo holds that a tree's bytes stand for its leaves.
func TestTreesDifferWhereLeavesDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "leaves")
		i := rapid.IntRange(0, len(leaves)-1).Draw(t, "i")
		one, two := ledger.NewTree(), ledger.NewTree()
		for j, b := range leaves {
			one.Append(ledger.Hash([]byte{b}))
			if i == j {
				b++
			}
			two.Append(ledger.Hash([]byte{b}))
		}
		if one.Root() == two.Root() || bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Fatalf("leaf %d differs and the trees are the same", i)
		}
	})
}

func FuzzReadTree(f *testing.F) {
	tree := ledger.NewTree()
	for n := range 4 {
		f.Add(tree.Bytes())
		tree.Append(ledger.Hash([]byte{byte(n)}))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := ledger.ReadTree(text)
		if err != nil {
			return
		}
		if !bytes.Equal(tree.Bytes(), text) {
			t.Fatalf("%x is written as %x", text, tree.Bytes())
		}
		size := tree.Size()
		tree.Append(tree.Root())
		if tree.Size() != size+1 {
			t.Fatalf("%d leaves and one are %d", size, tree.Size())
		}
	})
}
