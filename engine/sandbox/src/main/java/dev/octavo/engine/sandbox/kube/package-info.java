/**
 * The Kubernetes API: objects, their rules, and the HTTP server.
 *
 * <p>Depends on {@code api}, Jackson, snakeyaml-engine and the JDK's HTTP server.
 */
@NullMarked
package dev.octavo.engine.sandbox.kube;

import org.jspecify.annotations.NullMarked;
