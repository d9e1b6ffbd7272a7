//! Custom fields of tickets (自定义字段): defined by an administrator, asked on reports, shown on tickets, to
//! customers where they may see them, and in the queue's filters where one chooses.

pub mod store;

pub mod values;
pub mod definitions;
