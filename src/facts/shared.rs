//! What is put together by one and then read by several, without a copy for each.

use std::ops::Deref;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub enum Shared<T> {
    Own(T),
    With(Arc<T>),
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Shared<T> {
        Shared::Own(T::default())
    }
}

impl<T: Clone + Default> Shared<T> {
    /// To be changed: a copy where it was shared.
    #[inline]
    pub fn own(&mut self) -> &mut T {
        if let Shared::With(shared) = self {
            *self = Shared::Own(T::clone(shared));
        }
        match self {
            Shared::Own(own) => own,
            Shared::With(shared) => Arc::make_mut(shared),
        }
    }

    /// The same for another to read.
    pub fn share(&mut self) -> Shared<T> {
        let shared = match std::mem::take(self) {
            Shared::Own(own) => Arc::new(own),
            Shared::With(shared) => shared,
        };
        *self = Shared::With(Arc::clone(&shared));
        Shared::With(shared)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self {
            Shared::Own(own) => own,
            Shared::With(shared) => shared,
        }
    }
}
