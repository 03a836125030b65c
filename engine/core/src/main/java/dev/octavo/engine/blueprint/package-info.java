/**
 * Writes Dockerfiles and manifests from {@code delivery.yaml} and from what the catalog finds, and keeps what a person
 * has changed in them.
 *
 * <p>Depends on {@code api}, {@code catalog}, {@code template} and the reading of YAML in {@code cluster}; on
 * snakeyaml-engine, Jackson, and JGit's three-way merge.
 */
@NullMarked
package dev.octavo.engine.blueprint;

import org.jspecify.annotations.NullMarked;
