// Package ledger is how it can be shown that the record of an organisation was not changed: leaves, the tree over them,
// checkpoints, proofs, and the check of a whole record.
//
// Each entry of the record has a leaf, which says what happened, when, and by whom, in canonical form c1. The leaf holds
// digests of the entry's body and never the body, so a content can be destroyed without the record ceasing to add up. The
// hashes of the leaves make a Merkle tree as RFC 6962 has it, and a checkpoint, as C2SP's tlog-checkpoint has it, is the
// tree's size and root with a signature. Whoever has kept a checkpoint can tell later whether the record is still the one
// that they were shown.
//
// It promises:
//
//   - A leaf has one form in bytes, and bytes that are not that form are refused.
//   - [Verify] finds every change of what it is given that a digest, a hash or a checkpoint can show, names the first bad
//     record, takes a redaction for what it is, and says in sentences what it could not exclude.
//   - Proofs and roots are those of any other implementation of RFC 6962.
//
// It never reads a disk, a clock or the network, and makes no randomness: a key is made from a seed that the caller gives.
// It never knows what a body says, opens none, and keeps no secret.
package ledger
