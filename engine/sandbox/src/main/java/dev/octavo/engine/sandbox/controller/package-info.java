/**
 * What makes the cluster be as its objects say: workloads, Services' endpoints, garbage collection.
 *
 * <p>Depends on {@code kube} and {@code network}.
 */
@NullMarked
package dev.octavo.engine.sandbox.controller;

import org.jspecify.annotations.NullMarked;
