//! `.xlsb` and `.xls`: their records, and the cells that calamine makes of them.

pub(in crate::facts::read) mod binary_cells;
pub(in crate::facts::read) mod binary_part;
pub(in crate::facts::read) mod compound;
pub(in crate::facts::read) mod old_area;
pub(in crate::facts::read) mod old_book;
pub(in crate::facts::read) mod old_order;
pub(in crate::facts::read) mod streamed;
