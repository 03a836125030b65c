/** The delivery board: what runs where, what became of each delivery, and DORA's measures, of a job, a folder or all. */
package io.jenkins.plugins.octavo.board;
