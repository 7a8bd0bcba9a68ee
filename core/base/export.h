#pragma once
// Marks what a shared library of ours offers; everything else is built with hidden visibility.

#define LARMOR_EXPORT __attribute__((visibility("default")))
#define LARMOR_BASE_EXPORT LARMOR_EXPORT
#define LARMOR_CPU_EXPORT LARMOR_EXPORT
#define LARMOR_RECON_EXPORT LARMOR_EXPORT
