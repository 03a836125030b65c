/** Names that pipelines written for Jenkins refer to. Depends on nothing. */
@NullMarked
package org.jenkinsci.plugins.workflow.steps;

import org.jspecify.annotations.NullMarked;
