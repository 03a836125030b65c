/** Kubeconfigs as credentials: kept, checked, locked by gates, and bound to variables. */
package io.jenkins.plugins.octavo.credentials;
