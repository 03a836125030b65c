package io.jenkins.plugins.octavo.board;

/**
 * Where a microservice is.
 *
 * @param namespace on the cluster; {@code ""} where that is not known
 */
record Place(String service, String environment, String namespace) {}
