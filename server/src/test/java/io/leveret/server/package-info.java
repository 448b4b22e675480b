@NullMarked
package io.leveret.server;

import org.jspecify.annotations.NullMarked;
