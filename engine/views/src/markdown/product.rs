//! Rows of texts as few rows of sets of texts, whose products are the same rows.

use std::collections::HashMap;
use std::rc::Rc;

/// What stands in one cell: sorted texts.
pub(super) type Cell = Rc<Vec<Rc<str>>>;

/// After so many rounds what is left has no regularity.
const ROUNDS: usize = 4;

/// Rows of one length that all differ, made few: rows that differ in one cell only become one, cell by cell from the last.
pub(super) fn merged(rows: Vec<Vec<String>>) -> Vec<Vec<Cell>> {
    let Some(first) = rows.first().cloned() else { return Vec::new() };
    // Most of a long name is the same in all; nothing can be gained there.
    let varying: Vec<usize> =
        (0..first.len()).filter(|position| rows.iter().any(|row| row[*position] != first[*position])).collect();
    let mut sets = Sets::default();
    let row_of = |row: Vec<String>, sets: &mut Sets| -> Vec<u32> {
        varying.iter().map(|position| sets.id(vec![row[*position].as_str().into()])).collect()
    };
    let mut merged: Vec<Vec<u32>> = rows.into_iter().map(|row| row_of(row, &mut sets)).collect();
    for _ in 0..ROUNDS {
        let before = merged.len();
        for position in (0..varying.len()).rev() {
            merged = merged_at(merged, position, &mut sets);
        }
        if merged.len() == before {
            break;
        }
    }
    let constant: Vec<Cell> = first.iter().map(|text| Rc::new(vec![text.as_str().into()])).collect();
    let whole = |row: &Vec<u32>| {
        let mut cells = constant.clone();
        for (position, id) in varying.iter().zip(row) {
            cells[*position] = sets.cells[*id as usize].clone();
        }
        cells
    };
    merged.iter().map(whole).collect()
}

/// Sets by number: rows of numbers are quick to compare.
#[derive(Default)]
struct Sets {
    cells: Vec<Cell>,
    ids: HashMap<Cell, u32>,
}

impl Sets {
    fn id(&mut self, texts: Vec<Rc<str>>) -> u32 {
        let cell = Rc::new(texts);
        let next = self.cells.len() as u32;
        *self.ids.entry(cell).or_insert_with_key(|cell| {
            self.cells.push(cell.clone());
            next
        })
    }

    fn union(&mut self, ids: &[u32]) -> u32 {
        if let [only] = ids {
            return *only;
        }
        let mut texts: Vec<Rc<str>> = ids.iter().flat_map(|id| self.cells[*id as usize].iter().cloned()).collect();
        texts.sort();
        texts.dedup();
        self.id(texts)
    }
}

fn merged_at(rows: Vec<Vec<u32>>, position: usize, sets: &mut Sets) -> Vec<Vec<u32>> {
    // Where all have the same, none differ in it alone.
    if rows.iter().all(|row| row[position] == rows[0][position]) {
        return rows;
    }
    let mut places: HashMap<Vec<u32>, usize> = HashMap::with_capacity(rows.len());
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut order: Vec<Vec<u32>> = Vec::new();
    for mut row in rows {
        let id = std::mem::replace(&mut row[position], u32::MAX);
        match places.get(&row) {
            Some(place) => groups[*place].push(id),
            None => {
                places.insert(row.clone(), groups.len());
                groups.push(vec![id]);
                order.push(row);
            }
        }
    }
    for (row, ids) in order.iter_mut().zip(&groups) {
        row[position] = sets.union(ids);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&[&str]], expected: &[&str]) {
        let rows = rows.iter().map(|row| row.iter().map(|text| (*text).to_owned()).collect()).collect();
        let shown = |row: &Vec<Cell>| row.iter().map(|cell| cell.join("")).collect::<Vec<_>>().join("x");
        assert_eq!(merged(rows).iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn products_are_found() {
        check(&[&["a", "1"], &["a", "2"], &["b", "2"], &["b", "1"]], &["abx12"]);
        check(&[&["a", "1"], &["a", "2"], &["b", "2"]], &["ax12", "bx2"]);
        check(&[&["a", "1"], &["b", "2"], &["c", "3"]], &["ax1", "bx2", "cx3"]);
        check(&[&["a", "1", "x"], &["b", "1", "x"], &["a", "1", "y"], &["b", "1", "y"]], &["abx1xxy"]);
    }
}
