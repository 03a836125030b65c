/** The step {@code octavoGate}: an approval that is bound to a plan. */
package io.jenkins.plugins.octavo.gate;
