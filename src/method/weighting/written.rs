//! How a method of computed weights is written in a scheme: a word, or a table with its parameters.

/// Makes the enum of methods from one list, and forwards every question to the method's own file. A method whose parameters are all at
/// their defaults is written as a word.
macro_rules! methods {
    (
        words { $($(#[$wdoc:meta])* $wname:literal => $word:ident,)* }
        tables { $($(#[$tdoc:meta])* $tname:literal => $table:ident,)* }
    ) => {
        /// How the weights of a group's members are computed.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Weighting {
            $($(#[$wdoc])* $word,)*
            $($(#[$tdoc])* $table($table),)*
        }

        /// Names of the methods, as schemes write them.
        pub const NAMES: &[&str] = &[$($wname,)* $($tname,)*];

        impl Weighting {
            /// The method's name, as schemes write it.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Weighting::$word => $wname,)*
                    $(Weighting::$table(_) => $tname,)*
                }
            }

            /// The scores that it has a meaning for.
            pub(crate) fn takes(&self) -> Takes {
                match self {
                    $(Weighting::$word => $word.takes(),)*
                    $(Weighting::$table(m) => m.takes(),)*
                }
            }

            /// The sentence, as a code of the catalogue, that says where the weights come from.
            pub(crate) fn sentence(&self) -> &'static str {
                match self {
                    $(Weighting::$word => $word.sentence(),)*
                    $(Weighting::$table(m) => m.sentence(),)*
                }
            }

            /// The numbers of the sentence, given the names of the members that count.
            pub(crate) fn facts(&self, members: &[&str]) -> Vec<(&'static str, f64)> {
                match self {
                    $(Weighting::$word => $word.facts(members),)*
                    $(Weighting::$table(m) => m.facts(members),)*
                }
            }

            /// What is wrong with the parameters, given the names of the members; `place.path` relative to the method.
            pub(crate) fn check(&self, members: &[&str]) -> Vec<Finding> {
                match self {
                    $(Weighting::$word => $word.check(members),)*
                    $(Weighting::$table(m) => m.check(members),)*
                }
            }

            fn sheet_importances(
                &self,
                of: &SheetMembers<'_>,
                cells: &mut dyn Scratch,
            ) -> Option<Vec<CellFormula>> {
                match self {
                    $(Weighting::$word => $word.sheet(of, cells),)*
                    $(Weighting::$table(m) => m.sheet(of, cells),)*
                }
            }

            fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
                match self {
                    $(Weighting::$word => $word.importances(of),)*
                    $(Weighting::$table(m) => m.importances(of),)*
                }
            }
        }

        impl serde::Serialize for Weighting {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                #[derive(serde::Serialize)]
                #[serde(tag = "method")]
                enum Table<'a> {
                    $(#[serde(rename = $tname)] $table(&'a $table),)*
                }
                match self {
                    $(Weighting::$word => s.serialize_str($wname),)*
                    $(Weighting::$table(m) if *m == $table::default() => s.serialize_str($tname),)*
                    $(Weighting::$table(m) => Table::$table(m).serialize(s),)*
                }
            }
        }

        impl $crate::tree::Read for Weighting {
            fn read(node: &$crate::tree::Node, r: &mut $crate::tree::Reader) -> Option<Self> {
                use $crate::tree::Kind;
                const KEY: &[&str] = &["method"];
                match &node.kind {
                    Kind::Text(word) => match word.as_str() {
                        $($wname => Some(Weighting::$word),)*
                        $($tname => Some(Weighting::$table($table::default())),)*
                        _ => r.not_among(node, NAMES),
                    },
                    Kind::Table(_) => {
                        let name = r.required_node(node, "method")?;
                        match name.text() {
                            $(Some($wname) => r.table(node, KEY, &[]).map(|()| Weighting::$word),)*
                            $(Some($tname) => $table::read_beside(node, KEY, r).map(Weighting::$table),)*
                            _ => r.not_among(name, NAMES),
                        }
                    }
                    _ => r.not_among(node, NAMES),
                }
            }
        }

        $crate::tree::deserialize_by_reading!(Weighting);

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for Weighting {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                "Weighting".into()
            }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                #[derive(schemars::JsonSchema)]
                #[serde(tag = "method")]
                #[allow(dead_code, reason = "stands for what a scheme writes")]
                enum Table {
                    $($(#[$tdoc])* #[serde(rename = $tname)] $table($table),)*
                }
                let tables = Table::json_schema(generator);
                schemars::json_schema!({
                    "description": "How the weights of a group's members are computed: a method, or a method with its parameters.",
                    "anyOf": [{ "enum": NAMES }, tables]
                })
            }
        }
    };
}
pub(super) use methods;
