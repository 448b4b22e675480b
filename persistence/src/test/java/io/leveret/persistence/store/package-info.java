@NullMarked
package io.leveret.persistence.store;

import org.jspecify.annotations.NullMarked;
