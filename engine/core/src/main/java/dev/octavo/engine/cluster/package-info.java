/**
 * From manifests to running workloads: load, plan, apply, watch, explain.
 *
 * <p>Depends on {@code api}, {@code program} and {@code template}, on fabric8's HTTP client and its reading of keys, and
 * on snakeyaml-engine and Jackson, which come with it. Objects are plain maps, as they were written or received: fabric8's
 * typed model and its generic resources would change what a manifest says (a label's number into a text), hide the API
 * server's warnings and cost a fifth of a second at a cold start.
 */
@NullMarked
package dev.octavo.engine.cluster;

import org.jspecify.annotations.NullMarked;
