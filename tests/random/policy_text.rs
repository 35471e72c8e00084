//! A policy as blocks of clauses, so that clauses can be dropped one by one when a case is made smaller.

#[derive(Clone, Debug, Default)]
pub struct PolicyText {
    pub blocks: Vec<Block>,
}

/// One declaration: its first line and its clauses.
#[derive(Clone, Debug)]
pub struct Block {
    pub header: String,
    pub clauses: Vec<String>,
}

impl Block {
    pub fn new(header: impl Into<String>, clauses: &[&str]) -> Block {
        Block { header: header.into(), clauses: clauses.iter().map(|clause| (*clause).to_string()).collect() }
    }

    pub fn push(&mut self, clause: impl Into<String>) {
        self.clauses.push(clause.into());
    }
}

impl std::fmt::Display for PolicyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, block) in self.blocks.iter().enumerate() {
            let gap = if position > 0 { "\n" } else { "" };
            writeln!(f, "{gap}{}", block.header)?;
            for clause in &block.clauses {
                writeln!(f, "  {clause}")?;
            }
        }
        Ok(())
    }
}
