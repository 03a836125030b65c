package dev.octavo.engine.cluster;

/**
 * An image that a container will run.
 *
 * @param object {@code Kind/name}
 * @param image the reference as it is deployed
 * @param pinned whether Octavo put the run's digest into it
 */
public record ImageUse(String object, String container, String image, boolean pinned) {}
