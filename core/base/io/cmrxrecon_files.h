#pragma once
// What lies beside a CMRxRecon file: its sampling mask, its times and what is told of the scan.

#include <string>

#include "core/base/data/acquisition.h"

namespace larmor::io {

/// Kind of scan, by the name of the file or else of its folders.
struct CmrxModality {
    std::string name;       ///< "cine_sax", "T1map"; empty where no name is known
    Dim last = Dim::Frame;  ///< what its last axis counts: frames of a heart beat or weightings
};
[[nodiscard]] CmrxModality cmrxModality(const std::string& path);

/// Sets acquiredMask from `mask`, `mask04` ... in the file, in "<name>_mask.mat", or in the file whose name says mask instead of kus, in
/// this folder or in Mask_<task> beside UnderSample_<task>. Masks that change from frame to frame are told in the notes and not set.
/// @param variable  the k-space that was opened
void readCmrxMask(const std::string& path, const std::string& variable, AcquisitionHeader& header);

/// Times of T1map.csv and T2map.csv, one list for all slices or one a slice, and the fields of *_info.csv, into facts; scanner and centre
/// by the names of the folders. Fields that could name a person are not taken.
void readCmrxFacts(const std::string& path, AcquisitionHeader& header);

}  // namespace larmor::io
