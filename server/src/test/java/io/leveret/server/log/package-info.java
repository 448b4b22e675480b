@NullMarked
package io.leveret.server.log;

import org.jspecify.annotations.NullMarked;
