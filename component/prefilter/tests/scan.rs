//! Every scan finds exactly what [`Masks::matches`] defines, and no fingerprint is missed.

use hushgate_prefilter::{ByteSet, Fingerprint, Masks, Places, SPAN, WIDTH, gather, scalar, scan};
use proptest::{collection::vec, prelude::*, sample::select};

/// Beyond a round of the main loop of the vector scans, three blocks and a rest.
const LONGEST: usize = 200;

/// A byte of a small alphabet, so that windows often pass by chance, or any.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![4 => select(b"abAB_-01".as_slice()), 1 => any::<u8>()]
}

fn set() -> impl Strategy<Value = ByteSet> {
    prop_oneof![
        8 => byte().prop_map(ByteSet::single),
        2 => vec(byte(), 0..6).prop_map(ByteSet::from_iter),
        1 => any::<[u64; 4]>().prop_map(ByteSet::from_words),
        1 => Just(ByteSet::range(b'a', b'z').union(&ByteSet::range(b'0', b'9'))),
    ]
}

fn fingerprint() -> impl Strategy<Value = Fingerprint> {
    [set(), set(), set(), set()].prop_map(|sets| Fingerprint { sets })
}

fn literal() -> impl Strategy<Value = [u8; WIDTH]> {
    [byte(), byte(), byte(), byte()]
}

fn haystack() -> impl Strategy<Value = Vec<u8>> {
    vec(byte(), 0..=LONGEST)
}

type Scan = fn(&Masks, &[u8], usize, &mut dyn FnMut(usize));

/// The scans under test: the one that this machine chooses, and the scalar one.
const SCANS: [Scan; 2] = [
    |masks, haystack, from, hit| scan(masks, haystack, from, hit),
    |masks, haystack, from, hit| scalar::scan(masks, haystack, from, hit),
];

/// What has to be found, by the definition.
fn expected(masks: &Masks, haystack: &[u8], from: usize) -> Vec<usize> {
    let passes = haystack
        .windows(WIDTH)
        .enumerate()
        .skip(from)
        .filter(|(_, window)| {
            <[u8; WIDTH]>::try_from(*window).is_ok_and(|window| masks.matches(window))
        });
    passes.map(|(position, _)| position).collect()
}

fn check(masks: &Masks, haystack: &[u8], from: usize) {
    let expected = expected(masks, haystack, from);
    for scan in SCANS {
        let mut hits = Vec::new();
        scan(masks, haystack, from, &mut |position| hits.push(position));
        assert_eq!(hits, expected, "{} bytes from {from}", haystack.len());
    }
    let mut places = Places::default();
    gather(masks, haystack, from, &mut places);
    assert!(places.iter().eq(expected.iter().copied()));
    let window = |position: usize| haystack.get(position..)?.first_chunk::<WIDTH>();
    let is_kept = |four: &[u8; WIDTH]| u32::from_le_bytes(*four).is_multiple_of(3);
    places.retain(haystack, |four| is_kept(&four.to_le_bytes()));
    let thirds = expected
        .iter()
        .copied()
        .filter(|&position| window(position).is_some_and(is_kept));
    assert!(places.iter().eq(thirds));
}

proptest! {
    #[test]
    fn scans_find_what_matches_defines(
        fingerprints in vec(fingerprint(), 0..24),
        haystack in haystack(),
        from in 0..LONGEST + 20,
    ) {
        let masks = Masks::build(&fingerprints);
        check(&masks, &haystack, 0);
        check(&masks, &haystack, from);
    }

    #[test]
    fn any_tables_scan_alike(
        low in any::<[[[u8; 16]; 2]; 4]>(),
        high in any::<[[[u8; 16]; 2]; 4]>(),
        haystack in vec(any::<u8>(), 0..=LONGEST),
        from in 0..8_usize,
    ) {
        check(&Masks::from_parts(low, high), &haystack, from);
    }

    #[test]
    fn whatever_fits_passes(fingerprints in vec(fingerprint(), 0..24), window in literal()) {
        let fits = fingerprints.iter().any(|it| it.fits(window));
        let mut added = Masks::EMPTY;
        fingerprints.iter().for_each(|it| added.add(it));
        prop_assert!(!fits || Masks::build(&fingerprints).matches(window));
        prop_assert!(!fits || added.matches(window));
    }

    #[test]
    fn planted_literals_are_found(
        literals in vec(literal(), 1..32),
        haystack in vec(byte(), WIDTH..=LONGEST),
        at in any::<prop::sample::Index>(),
    ) {
        let fingerprints: Vec<_> = literals.iter().map(Fingerprint::literal).collect();
        let masks = Masks::build(&fingerprints);
        let at = at.index(haystack.len() - WIDTH + 1);
        for literal in literals {
            let mut haystack = haystack.clone();
            haystack[at..at + WIDTH].copy_from_slice(&literal);
            for scan in SCANS {
                let mut found = false;
                scan(&masks, &haystack, 0, &mut |position| found |= position == at);
                prop_assert!(found);
            }
        }
    }

    #[test]
    fn adding_keeps_what_passed(
        built in vec(fingerprint(), 0..20),
        added in vec(fingerprint(), 0..6),
        windows in vec(literal(), 0..50),
    ) {
        let mut masks = Masks::build(&built);
        for fingerprint in &added {
            let before = masks.clone();
            masks.add(fingerprint);
            for &window in &windows {
                prop_assert!(!before.matches(window) || masks.matches(window));
                prop_assert!(!fingerprint.fits(window) || masks.matches(window));
            }
        }
    }

    #[test]
    fn building_is_deterministic(fingerprints in vec(fingerprint(), 0..24)) {
        prop_assert!(Masks::build(&fingerprints) == Masks::build(&fingerprints));
    }
}

/// Each length around the borders of blocks, each place in it, each start.
#[test]
fn one_hit_in_every_place() {
    let masks = Masks::build(&[Fingerprint::literal(b"exf_")]);
    for len in 0..=LONGEST {
        for at in 0..len.saturating_sub(WIDTH - 1) {
            let mut haystack = vec![b'.'; len];
            haystack[at..at + WIDTH].copy_from_slice(b"exf_");
            for from in [0, at.saturating_sub(1), at, at + 1] {
                for scan in SCANS {
                    let mut hits = Vec::new();
                    scan(&masks, &haystack, from, &mut |position| hits.push(position));
                    assert_eq!(hits.is_empty(), from > at);
                    assert!(hits.iter().all(|&position| position == at));
                }
            }
        }
    }
}

/// The zeros that pad the last block must not make windows of their own.
#[test]
fn nothing_is_found_behind_the_end() {
    let zeros = Masks::build(&[Fingerprint::literal(&[0; 4])]);
    let all = Masks::build(&[Fingerprint {
        sets: [ByteSet::FULL; 4],
    }]);
    for len in 0..=LONGEST {
        check(&zeros, &vec![0; len], 0);
        check(&all, &vec![b'.'; len], 0);
        for short in 1..WIDTH.min(len) {
            let mut haystack = vec![b'.'; len];
            haystack[len - short..].fill(0);
            check(&zeros, &haystack, 0);
        }
    }
}

#[test]
fn a_start_behind_the_end_finds_nothing() {
    let all = Masks::build(&[Fingerprint {
        sets: [ByteSet::FULL; 4],
    }]);
    for from in [0, 1, 4, 5, usize::MAX] {
        check(&all, b"", from);
        check(&all, b"exf_", from);
    }
}

/// The caller's slice may start anywhere: no load may ask for alignment.
#[test]
fn alignment_does_not_matter() {
    let masks = Masks::build(&[Fingerprint::literal(b"exf_")]);
    let text = b"exf_ 0123456789 exf_ ".repeat(20);
    for start in 0..64 {
        check(&masks, &text[start..], 0);
    }
}

#[test]
fn a_whole_block_is_sifted_like_a_short_one() {
    let all = Masks::build(&[Fingerprint {
        sets: [ByteSet::FULL; WIDTH],
    }]);
    let haystack: Vec<u8> = (0..2 * SPAN as u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for from in [0, 1, SPAN - 4, SPAN - 3, SPAN] {
        let is_kept = |four: u32| four.to_le_bytes().iter().max() < Some(&150);
        let mut places = Places::default();
        gather(&all, &haystack, from, &mut places);
        places.retain(&haystack, is_kept);
        let expected = (from..from + SPAN).filter(|&at| {
            let four = haystack.get(at..).and_then(<[u8]>::first_chunk::<WIDTH>);
            four.is_some_and(|four| is_kept(u32::from_le_bytes(*four)))
        });
        assert!(places.iter().eq(expected), "from {from}");
    }
}

#[test]
fn no_more_is_gathered_than_there_is_room_for() {
    let mut all = Fingerprint::literal(b"....");
    all.sets = [ByteSet::FULL; WIDTH];
    let masks = Masks::build(&[all]);
    let mut places = Places::default();
    for from in [0, 1, 70] {
        gather(&masks, &[b'.'; 2 * SPAN], from, &mut places);
        assert!(places.iter().eq(from..from + SPAN));
    }
    gather(&masks, b"....", 1, &mut places);
    assert_eq!(places.iter().count(), 0);
}
