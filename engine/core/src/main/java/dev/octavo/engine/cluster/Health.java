package dev.octavo.engine.cluster;

/**
 * How what runs of a release is.
 *
 * @param message what is not ready, or why that is not known; {@code ""} where all is well
 */
public record Health(State state, String message) {
    /** What that comes to. */
    public enum State {
        /** All that runs pods is ready, by the rules of a rollout. */
        HEALTHY,
        /** Some of it is not. */
        UNHEALTHY,
        /** Nobody could say. */
        UNKNOWN
    }

    static Health unknown(String why) {
        return new Health(State.UNKNOWN, why);
    }
}
