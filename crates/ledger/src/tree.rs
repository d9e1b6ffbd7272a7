//! The hashing of the history tree and its two proofs, as RFC 6962 defines them.
//!
//! Pure: it asks for the hash of a complete subtree through [`Nodes`] and knows nothing of storage. The root of
//! a tree commits to every leaf before it and to their order. *Inclusion* shows that a leaf is in a tree,
//! *consistency* that a later tree begins with all of an earlier one.
//!
//! Source: RFC 6962, 2.1; the verifying algorithms as in RFC 9162, 2.1.3.2 and 2.1.4.2.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf.
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// The hash of an inner node.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Where the hashes of complete subtrees come from.
pub trait Nodes {
    type Error;
    /// The root of the complete subtree of `2^height` leaves that begins at leaf `index << height`.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The root of the tree of the first `size` leaves.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    if size == 0 { Ok(empty_root()) } else { range(nodes, 0, size) }
}

/// The proof that leaf `leaf` is in the tree of the first `size` leaves.
///
/// Panics unless `leaf < size`.
pub fn inclusion<N: Nodes>(nodes: &mut N, leaf: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    assert!(leaf < size, "leaf {leaf} is not in a tree of {size}");
    let (mut start, mut end) = (0, size);
    let mut siblings = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if leaf < middle {
            siblings.push((middle, end));
            end = middle;
        } else {
            siblings.push((start, middle));
            start = middle;
        }
    }
    siblings.into_iter().rev().map(|(start, end)| range(nodes, start, end)).collect()
}

/// The proof that the tree of `new` leaves begins with the tree of `old` leaves.
///
/// Panics unless `old <= new`.
pub fn consistency<N: Nodes>(nodes: &mut N, old: u64, new: u64) -> Result<Vec<Hash>, N::Error> {
    assert!(old <= new, "a tree of {new} cannot begin with one of {old}");
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, new);
    let mut siblings = Vec::new();
    // Go down to where the old tree ends; what was passed on the way is the proof.
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            siblings.push((middle, end));
            end = middle;
        } else {
            siblings.push((start, middle));
            start = middle;
        }
    }
    let mut proof = Vec::new();
    if start != 0 {
        // The last subtree of the old tree is not the old tree itself, so the verifier must be told it.
        proof.push(range(nodes, start, end)?);
    }
    for (start, end) in siblings.into_iter().rev() {
        proof.push(range(nodes, start, end)?);
    }
    Ok(proof)
}

/// The root over leaves `start..end`, which is a subtree of the kind that [`split`] makes.
fn range<N: Nodes>(nodes: &mut N, start: u64, end: u64) -> Result<Hash, N::Error> {
    let size = end - start;
    if size.is_power_of_two() {
        let height = size.trailing_zeros();
        return nodes.node(height, start >> height);
    }
    let middle = start + split(size);
    let left = range(nodes, start, middle)?;
    let right = range(nodes, middle, end)?;
    Ok(node_hash(&left, &right))
}

/// The largest power of two smaller than `size`, which is at least 2.
fn split(size: u64) -> u64 {
    1 << (63 - (size - 1).leading_zeros())
}

/// Whether `proof` shows that `leaf` stands at `index` in the tree of `size` leaves with this root.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at % 2 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `new` leaves begins with the tree of `old` leaves.
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: &Hash, new_root: &Hash) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let mut steps = proof.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { steps.next() };
    let Some(first) = first else {
        return false;
    };
    let (mut at, mut last) = (old - 1, new - 1);
    while at % 2 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in steps {
        if last == 0 {
            return false;
        }
        if at % 2 == 1 || at == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while at % 2 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// Writes a hash as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string grows");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::convert::Infallible;

    /// A tree in memory, hashed the slow and plain way.
    struct Plain(Vec<Hash>);

    impl Nodes for Plain {
        type Error = Infallible;
        fn node(&mut self, height: u32, index: u64) -> Result<Hash, Infallible> {
            let start = (index << height) as usize;
            Ok(by_definition(&self.0[start..start + (1 << height)]))
        }
    }

    /// MTH of the RFC, word for word.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            leaves => {
                let mut k = 1;
                while k * 2 < leaves.len() {
                    k *= 2;
                }
                node_hash(&by_definition(&leaves[..k]), &by_definition(&leaves[k..]))
            }
        }
    }

    fn plain(size: u64) -> Plain {
        Plain((0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect())
    }

    fn ok<T>(result: Result<T, Infallible>) -> T {
        match result {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    #[test]
    fn the_known_trees_of_certificate_transparency() {
        let inputs: [&[u8]; 8] = [
            &[],
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Plain(inputs.iter().map(|input| leaf_hash(input)).collect());
        for (size, expected) in roots.iter().enumerate() {
            assert_eq!(hex(&ok(root(&mut tree, size as u64))), *expected, "{size} leaves");
        }
    }

    #[test]
    fn every_proof_of_small_trees_holds_and_no_other() {
        const SIZE_MAX: u64 = 40;
        let mut tree = plain(SIZE_MAX);
        let roots: Vec<Hash> = (0..=SIZE_MAX).map(|size| ok(root(&mut tree, size))).collect();
        for size in 1..=SIZE_MAX {
            for leaf in 0..size {
                let proof = ok(inclusion(&mut tree, leaf, size));
                let hash = tree.0[leaf as usize];
                let root = &roots[size as usize];
                assert!(verify_inclusion(&hash, leaf, size, &proof, root), "{leaf} in {size}");
                assert!(!verify_inclusion(&hash, leaf + 1, size, &proof, root), "{leaf} at another place");
                assert!(
                    !verify_inclusion(&hash, leaf, size, &proof, &roots[size as usize - 1]),
                    "older root"
                );
            }
            for old in 0..=size {
                let proof = ok(consistency(&mut tree, old, size));
                let (before, after) = (&roots[old as usize], &roots[size as usize]);
                assert!(verify_consistency(old, size, &proof, before, after), "{old} to {size}");
                if old > 0 && old < size {
                    assert!(!verify_consistency(old, size, &proof, after, before), "{old} to {size} swapped");
                    assert!(
                        !verify_consistency(old, size, &proof[1..], before, after),
                        "{old} to {size} cut"
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_changed_leaf_or_proof_is_found(size in 2u64..600, pick in any::<u64>(), bit in 0usize..256) {
            let mut tree = plain(size);
            let leaf = pick % size;
            let before = ok(root(&mut tree, size));
            let proof = ok(inclusion(&mut tree, leaf, size));
            let mut other = tree.0[leaf as usize];
            other[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify_inclusion(&other, leaf, size, &proof, &before));
            for step in 0..proof.len() {
                let mut bent = proof.clone();
                bent[step][bit / 8] ^= 1 << (bit % 8);
                prop_assert!(!verify_inclusion(&tree.0[leaf as usize], leaf, size, &bent, &before));
            }
            tree.0[leaf as usize] = other;
            prop_assert_ne!(ok(root(&mut tree, size)), before);
        }

        #[test]
        fn a_rewritten_past_has_no_consistency(old in 1u64..400, more in 1u64..200, pick in any::<u64>()) {
            let new = old + more;
            let mut honest = plain(new);
            let old_root = ok(root(&mut honest, old));
            let mut rewritten = plain(new);
            rewritten.0[(pick % old) as usize] = leaf_hash(b"something else");
            let proof = ok(consistency(&mut rewritten, old, new));
            let new_root = ok(root(&mut rewritten, new));
            prop_assert!(!verify_consistency(old, new, &proof, &old_root, &new_root));
        }
    }
}
