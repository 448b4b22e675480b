@NullMarked
package io.leveret.broker;

import org.jspecify.annotations.NullMarked;
