@NullMarked
package io.leveret.exchange;

import org.jspecify.annotations.NullMarked;
