//! Relations for joins, beside the queries that need them.

/// Says that a column of one table points at the id of another.
macro_rules! related {
    ($from:ident.$column:ident => $to:ident) => {
        impl sea_orm::Related<$to::Entity> for $from::Entity {
            fn to() -> sea_orm::RelationDef {
                $from::Entity::belongs_to($to::Entity)
                    .from($from::Column::$column)
                    .to($to::Column::Id)
                    .into()
            }
        }
    };
}
pub(crate) use related;
