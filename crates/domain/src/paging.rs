//! Long lists in pages.

/// Most entries of one page.
pub const PAGE: usize = 200;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its entries, at most [`PAGE`].
    pub entries: Vec<T>,
    /// Which page, from 1.
    pub number: usize,
    /// How many there are, at least 1.
    pub of: usize,
}

/// The page that is asked for by number from 1; the nearest one where there is none of this number.
#[must_use]
pub fn page<T>(entries: Vec<T>, wanted: usize) -> Page<T> {
    let of = entries.len().div_ceil(PAGE).max(1);
    let number = wanted.clamp(1, of);
    let entries = entries.into_iter().skip((number - 1) * PAGE).take(PAGE).collect();
    Page { entries, number, of }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i2_a_page_holds_two_hundred_and_every_entry_is_on_one() {
        let all: Vec<u32> = (0..401).collect();
        let pages: Vec<Page<u32>> = (1..=3).map(|number| page(all.clone(), number)).collect();
        assert_eq!(pages.iter().map(|page| page.entries.len()).collect::<Vec<_>>(), [200, 200, 1]);
        assert_eq!(pages.iter().flat_map(|page| page.entries.clone()).collect::<Vec<_>>(), all);
        assert!(pages.iter().all(|page| page.of == 3));
    }

    #[test]
    fn a_number_that_is_no_page_leads_to_the_nearest_one() {
        assert_eq!(page(vec![1, 2], 0).number, 1);
        assert_eq!(page(vec![1, 2], usize::MAX).entries, [1, 2]);
        assert_eq!(page(Vec::<u32>::new(), 7), Page { entries: Vec::new(), number: 1, of: 1 });
        assert_eq!(page((0..200).collect::<Vec<_>>(), 2).of, 1);
    }
}
