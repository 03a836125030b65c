package dev.octavo.engine.notice;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt to deliver ended.
 *
 * @param problem null where it was delivered
 * @param again whether another attempt may help
 * @param pause how long the other side asks to wait before it; null where it does not say
 */
record Delivery(
        @Nullable String problem, boolean again, @Nullable Duration pause) {
    static final Delivery DONE = new Delivery(null, false, null);

    static Delivery refused(String why) {
        return new Delivery(why, false, null);
    }

    static Delivery later(String why, @Nullable Duration pause) {
        return new Delivery(why, true, pause);
    }
}
