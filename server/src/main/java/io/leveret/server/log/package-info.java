/** What {@code log.*} asks for, and Logback set up accordingly. */
@NullMarked
package io.leveret.server.log;

import org.jspecify.annotations.NullMarked;
