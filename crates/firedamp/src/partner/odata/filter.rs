//! `$filter`: comparisons joined by `and`, `or` and `not`.

use firedamp_core::time::Time;

use super::{
    field::{self, Kind, Name},
    token::{Token, excerpt, tokens},
};
use crate::store::{Condition, Operand, Relation};

/// Brackets and `not`s within each other.
const DEPTH_MAX: usize = 16;
/// Comparisons of one filter.
const COMPARISONS_MAX: usize = 64;
/// Before the name of an enumeration's type, which may stand before its value.
const TYPE_PREFIX: &str = "microsoft.graph.";

/// Reads a filter.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn parse(text: &str) -> Result<Condition, String> {
    let mut reader = Reader { tokens: tokens(text)?.into_iter().peekable(), comparisons: 0 };
    let condition = reader.any(0)?;
    match reader.tokens.next() {
        None => Ok(condition),
        Some(more) => Err(format!("the filter goes on after its end: {}", shown(&more))),
    }
}

struct Reader {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    comparisons: usize,
}

impl Reader {
    fn any(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.all(depth)?];
        while self.takes("or") {
            parts.push(self.all(depth)?);
        }
        Ok(single(parts).unwrap_or_else(Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.one(depth)?];
        while self.takes("and") {
            parts.push(self.one(depth)?);
        }
        Ok(single(parts).unwrap_or_else(Condition::All))
    }

    fn one(&mut self, depth: usize) -> Result<Condition, String> {
        if depth >= DEPTH_MAX {
            return Err(format!("a filter is {DEPTH_MAX} levels deep at most"));
        }
        if self.takes("not") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.tokens.next_if_eq(&Token::Open).is_some() {
            let inner = self.any(depth + 1)?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition, String> {
        let Some(Token::Word(name)) = self.tokens.next() else {
            return Err("a filter compares a property with a value".to_string());
        };
        let name = field::find(&name)?;
        let Some(Token::Word(relation)) = self.tokens.next() else {
            return Err(format!("`{}` is compared with nothing", name.name));
        };
        if relation == "in" {
            return self.among(name);
        }
        let relation = relation_of(&relation, name)?;
        let operand = self.operand(name)?;
        let is_order = !matches!(relation, Relation::Equal | Relation::NotEqual);
        if is_order && operand == Operand::Null {
            return Err("nothing comes before or after `null`".to_string());
        }
        self.compared(name, relation, operand)
    }

    fn among(&mut self, name: Name) -> Result<Condition, String> {
        self.expect(&Token::Open)?;
        let mut parts = Vec::new();
        loop {
            let operand = self.operand(name)?;
            parts.push(self.compared(name, Relation::Equal, operand)?);
            if self.tokens.next_if_eq(&Token::Comma).is_none() {
                break;
            }
        }
        self.expect(&Token::Close)?;
        Ok(Condition::Any(parts))
    }

    fn compared(
        &mut self,
        name: Name,
        relation: Relation,
        operand: Operand,
    ) -> Result<Condition, String> {
        self.comparisons += 1;
        match self.comparisons > COMPARISONS_MAX {
            true => Err(format!("a filter compares {COMPARISONS_MAX} times at most")),
            false => Ok(Condition::Is(name.field, relation, operand)),
        }
    }

    fn operand(&mut self, name: Name) -> Result<Operand, String> {
        let mut token = self.tokens.next().ok_or("the filter ends too soon")?;
        if let Token::Word(word) = &token
            && word.starts_with(TYPE_PREFIX)
        {
            token = self.tokens.next().ok_or("the filter ends too soon")?;
        }
        let wrong = || format!("{} is no value of `{}`", shown(&token), name.name);
        match (&token, name.kind) {
            (Token::Word(word), _) if word == "null" => Ok(Operand::Null),
            (Token::Text(text), Kind::Text) => Ok(Operand::Text(text.clone())),
            (Token::Text(text), Kind::Choice(choices)) => {
                let known = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text));
                known.map(|known| Operand::Text((*known).to_string())).ok_or_else(wrong)
            }
            (Token::Word(word), Kind::Time) => {
                Time::parse(word).map(Operand::Time).ok_or_else(wrong)
            }
            (Token::Word(word), Kind::Flag) => word.parse().map(Operand::Flag).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_it = |token: &Token| matches!(token, Token::Word(found) if found == word);
        self.tokens.next_if(is_it).is_some()
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), String> {
        match self.tokens.next() {
            Some(found) if found == *wanted => Ok(()),
            Some(found) => Err(format!("{} where {} is due", shown(&found), shown(wanted))),
            None => Err(format!("{} is missing", shown(wanted))),
        }
    }
}

/// The only one, or all of them.
fn single(mut parts: Vec<Condition>) -> Result<Condition, Vec<Condition>> {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => {
            parts.extend(last);
            Err(parts)
        }
    }
}

fn relation_of(word: &str, name: Name) -> Result<Relation, String> {
    let relation = match word {
        "eq" => Relation::Equal,
        "ne" => Relation::NotEqual,
        "lt" => Relation::Less,
        "le" => Relation::AtMost,
        "gt" => Relation::More,
        "ge" => Relation::AtLeast,
        other => {
            let other = crate::report::shown(other);
            return Err(format!("`{}` compares nothing", excerpt(&other)));
        }
    };
    match (relation, name.kind) {
        (Relation::Equal | Relation::NotEqual, _) | (_, Kind::Time) => Ok(relation),
        _ => Err(format!("`{}` has no order; compare it with `eq`, `ne` or `in`", name.name)),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("`{}`", excerpt(&crate::report::shown(word))),
        Token::Text(text) => format!("'{}'", excerpt(&crate::report::shown(text))),
        Token::Open => "`(`".to_string(),
        Token::Close => "`)`".to_string(),
        Token::Comma => "`,`".to_string(),
    }
}

#[cfg(test)]
mod tests;
